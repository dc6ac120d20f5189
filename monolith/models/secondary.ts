import {
  bigint,
  boolean,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core'
import { tertiary } from './tertiary'

/** A unit of a tertiary; primaries may belong to one. */
export const secondary = pgTable('wildapp_secondary', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
  tertiaryId: uuid('tertiary_id')
    .notNull()
    .references(() => tertiary.id),
  name: varchar('name', { length: 200 }).notNull(),
  code: varchar('code', { length: 16 }).notNull(),
  rating: numeric('rating', { precision: 4, scale: 2 }),
  tags: text('tags').array().notNull(),
  settings: jsonb('settings').notNull(),
  active: boolean('active').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
})

export type NewSecondary = typeof secondary.$inferInsert
