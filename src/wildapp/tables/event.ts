import { bigint, defineTable, jsonb, text, timestamptz } from 'pgfacts'

/** The outbox: events that the application publishes, inserted in the transaction that they describe. */
export const eventTable = defineTable({
  topic: 'monolith.public.wildapp_event',
  key: { id: bigint() },
  columns: {
    type: text(),
    timestamp: timestamptz(),
    subscriber: text().nullable(),
    payload: jsonb(),
    patch_of: bigint().nullable(),
  },
})
