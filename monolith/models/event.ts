import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** The outbox: events that the application publishes. `id` is the event's number. Times are strings so that microseconds are kept. */
export const event = pgTable('wildapp_event', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
  type: text('type').notNull(),
  timestamp: timestamp('timestamp', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
  subscriber: text('subscriber'),
  payload: jsonb('payload').notNull(),
  patchOf: bigint('patch_of', { mode: 'bigint' }).references((): AnyPgColumn => event.id),
})

export type NewEvent = typeof event.$inferInsert
