/**
 * A processor of one's own, with state: it publishes a product's price when that has changed, beside the price before. Output, state
 * and input position are committed in one transaction; what a bad record has forwarded and stored is undone.
 *
 *     npm run --silent example examples/06-own-processor.ts
 */
import type { ProcessorSupplier, Sink } from 'pgfacts'
import { bigint, defineTable, defineTopology, numeric } from 'pgfacts'
import { driveTopology } from 'pgfacts/testing'

const productTable = defineTable({
  topic: 'shop.public.product',
  key: { id: bigint() },
  columns: { price: numeric(10, 2) },
})

const prices: Sink = {
  name: 'prices',
  topic: 'shop.prices',
  // Awaited before a batch; a sink whose encoding needs a schema's id looks it up here.
  prepare: () => Promise.resolve(),
}

const LAST_PRICES = 'last-prices'

/** One for each partition of the input, with a store of its own. */
const reportChanges: ProcessorSupplier = (_tables, stores) => ({
  process(record, context) {
    const change = productTable.decode(record)
    if (change.operation === 'tombstone' || change.operation === 'truncate') {
      context.drop(change.operation)
      return
    }
    const id = change.key.id.toString()
    const before = stores.get(LAST_PRICES)?.get(id)?.toString()
    const after = change.after?.price
    if (before === after) {
      context.drop('same_price')
      return
    }
    if (after === undefined) stores.get(LAST_PRICES)?.delete(id)
    else stores.get(LAST_PRICES)?.set(id, Buffer.from(after))
    const value = Buffer.from(JSON.stringify({ id, before, after }))
    context.forward(prices, { key: record.key, value, timestamp: record.timestamp, headers: {} })
  },
})

const topology = defineTopology({
  sources: [{ name: 'products', topic: productTable.topic }],
  globalTables: [],
  processors: [
    {
      name: 'report-changes',
      source: 'products',
      tables: [],
      stores: [LAST_PRICES],
      sinks: [prices.name],
      supplier: reportChanges,
    },
  ],
  sinks: [prices],
  deadLetters: 'shop.dead-letters',
})

async function main(): Promise<void> {
  const driver = driveTopology(topology, { partitions: 1 })
  driver
    .insert(productTable, { id: 1, price: '24.00' })
    .update(productTable, { id: 1, price: '24.00' })
    .update(productTable, { id: 1, price: '19.90' })
    .remove(productTable, { id: 1 })
  for (const { value } of await driver.read(prices.topic)) console.log(String(value))
  await driver.stop()
}

void main()
