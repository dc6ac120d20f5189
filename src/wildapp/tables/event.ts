import { bigint, jsonb, text, timestamptz } from '../../table/columns'
import { defineTable } from '../../table/table'

/** The outbox: what the application tells others, written in the transaction that it tells of. */
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
