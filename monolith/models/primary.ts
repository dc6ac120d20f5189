import {
  bigint,
  boolean,
  date,
  doublePrecision,
  integer,
  interval,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core'
import { bytea } from './bytea'
import { secondary } from './secondary'

export const status = pgEnum('wildapp_status', ['draft', 'active', 'archived'])

/**
 * The record everything is about; together its columns use the types real tables use. `serial_number` goes beyond
 * 2^53, `notes` is often large enough to be stored out of line (TOAST), dates and times are strings so that
 * microseconds are kept.
 */
export const primary = pgTable('wildapp_primary', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
  secondaryId: bigint('secondary_id', { mode: 'bigint' }).references(() => secondary.id),
  title: varchar('title', { length: 200 }).notNull(),
  status: status('status').notNull(),
  serialNumber: bigint('serial_number', { mode: 'bigint' }).notNull(),
  amount: numeric('amount', { precision: 20, scale: 4 }).notNull(),
  quantity: integer('quantity').notNull(),
  score: doublePrecision('score'),
  verified: boolean('verified').notNull(),
  notes: text('notes'),
  externalId: uuid('external_id').notNull(),
  happenedAt: timestamp('happened_at', { mode: 'string' }),
  dueOn: date('due_on', { mode: 'string' }),
  remindAt: time('remind_at'),
  leadTime: interval('lead_time'),
  attributes: jsonb('attributes').notNull(),
  labels: text('labels').array().notNull().$type<readonly (string | null)[]>(),
  fingerprint: bytea('fingerprint'),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
})

export type NewPrimary = typeof primary.$inferInsert
