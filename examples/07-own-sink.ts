/**
 * A sink of one's own: it reads a facts topic from its beginning, and keeps the newest price of each product.
 *
 *     npm run --silent example examples/07-own-sink.ts
 */
import type { ProtobufSerde, Reader } from 'pgfacts'
import { Kind, protobufSerde } from 'pgfacts'
import { bigint, defineFact, defineTable, factTopic, numeric, varchar } from 'pgfacts'
import { drive } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'

const productTable = defineTable({
  topic: 'shop.public.product',
  key: { id: bigint() },
  columns: { name: varchar(), price: numeric(10, 2) },
})

const product = defineFact({
  name: 'shop.product',
  from: productTable,
  key: ({ id }) => ({ id }),
  map: ({ row }) => ({ name: row.name ?? '', price: row.price }),
  to: factTopic('shop.product.facts', shop.v1.Product),
})

/** The newest price of each product that is still there. */
const prices = new Map<bigint, string>()

/** Resolves with what ends the sink, after it has taken what is on the topic then. */
async function startSink(
  reader: Reader,
  serde: ProtobufSerde<shop.v1.Product>,
): Promise<() => Promise<void>> {
  let taken = Promise.resolve()
  const take = async (values: readonly (Buffer | null)[]): Promise<void> => {
    // Reads the schemas that the facts were written with; nothing is waited for afterwards.
    await serde.prepareFor(values)
    for (const value of values) {
      if (value === null) continue
      const { header, id, name, price } = serde.deserialize(value)
      if (header?.kind === Kind.KIND_DELETED) prices.delete(id)
      else prices.set(id, `${name} ${price}`)
    }
  }
  await reader.start((records) => {
    taken = taken.then(() => take(records.map(({ value }) => value)))
  })
  return async () => {
    await reader.catchUp()
    await reader.stop()
    await taken
  }
}

async function main(): Promise<void> {
  const driver = await drive(product, { schemas, partitions: 1 })
  const { name: topic, type } = product.to
  const serde = protobufSerde({ topic, type, ...driver.registered })
  const stopSink = await startSink(driver.log.reader([topic]), serde)
  driver
    .insert(productTable, { id: 1, name: 'Teapot', price: '24.00' })
    .insert(productTable, { id: 2, name: 'Cup', price: '6.50' })
    .insert(productTable, { id: 3, name: 'Plate', price: '8.00' })
    .update(productTable, { id: 1, name: 'Teapot', price: '19.90' })
    .remove(productTable, { id: 2 })
  await driver.settle()
  await stopSink()
  for (const [id, price] of prices) console.log(`product ${id}: ${price}`)
  await driver.stop()
}

void main()
