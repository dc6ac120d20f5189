import { date, pgEnum, pgTable, time, timestamp, uuid, varchar } from 'drizzle-orm/pg-core'

export const region = pgEnum('wildapp_region', ['north', 'east', 'south', 'west'])

/** A region's organisation; secondaries belong to one. Dates and times are strings so that microseconds are kept. */
export const tertiary = pgTable('wildapp_tertiary', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: varchar('name', { length: 120 }).notNull(),
  region: region('region').notNull(),
  foundedOn: date('founded_on', { mode: 'string' }),
  opensAt: time('opens_at'),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
})

export type NewTertiary = typeof tertiary.$inferInsert
