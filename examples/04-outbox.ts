/**
 * An outbox: the application inserts an event in the transaction that it reports, and consumers read the events over HTTP in the
 * order in which the transactions committed. An event with a subscriber reaches that consumer alone.
 *
 *     npm run --silent example examples/04-outbox.ts
 */
import { bigint, defineFact, defineTable, factTopic, jsonb, text } from 'pgfacts'
import { drive, serveFeed } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'

const eventTable = defineTable({
  topic: 'shop.public.event',
  key: { id: bigint() },
  columns: {
    type: text(),
    payload: jsonb(),
    subscriber: text().nullable(),
    patch_of: bigint().nullable(),
  },
})

const event = defineFact({
  name: 'shop.event',
  from: eventTable,
  // One partition keeps the events of all transactions in one order.
  partitions: 1,
  key: ({ id }) => ({ id }),
  map: ({ row }) => ({
    type: row.type ?? '',
    payload: row.payload ?? '',
    subscriber: row.subscriber,
    patchOf: row.patch_of,
  }),
  to: factTopic('shop.event.facts', shop.v1.Event),
})

const fields = { type: 'type', payload: 'payload', subscriber: 'subscriber', patchOf: 'patchOf' }

async function main(): Promise<void> {
  const driver = await drive(event, { schemas })
  const toAll = { subscriber: null, patch_of: null }
  const toWarehouse = { ...toAll, subscriber: 'warehouse' }
  driver
    .insert(eventTable, { ...toAll, id: 1, type: 'order-placed', payload: '{"order": 1}' })
    .insert(eventTable, { ...toWarehouse, id: 2, type: 'stock-low', payload: '{"product": 9}' })
    .insert(eventTable, { ...toAll, id: 3, type: 'order-paid', payload: '{"order": 1}' })
  await driver.settle()
  const feed = await serveFeed(driver, { outbox: { fact: event.name, fields } })

  const read = async (consumer: string, lastEventId?: string): Promise<void> => {
    const query = lastEventId === undefined ? 'start=earliest' : `last_event_id=${lastEventId}`
    const response = await fetch(`${feed.url}/events?until=head&${query}`, {
      headers: { 'x-consumer-id': consumer },
    })
    // Blocks without an event carry a position, so that a reader can resume where none came for a while.
    const events = (await response.text()).match(/^id: \d+\nevent: .+\ndata: .+$/gm) ?? []
    console.log(`-- ${consumer}, ${query}\n${events.join('\n\n')}`)
  }
  await read('mailer')
  await read('warehouse', '1')
  await feed.stop()
  await driver.stop()
}

void main()
