import { defineFact, factTopic, timestampOf } from 'pgfacts'
import { wildapp } from '../gen/messages'
import { eventTable } from '../tables/event'

/** Events that the application publishes, in the order in which its transactions committed. */
export const event = defineFact({
  name: 'wildapp.event',
  from: eventTable,
  partitions: 1,
  key: ({ id }) => ({ id }),
  map: ({ row }) => ({
    type: row.type ?? '',
    timestamp: timestampOf(row.timestamp),
    subscriber: row.subscriber,
    payload: row.payload ?? '',
    patchOf: row.patch_of,
  }),
  to: factTopic('wildapp.event.facts', wildapp.event.v1.Event),
})
