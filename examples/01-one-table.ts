/**
 * One table: each change of a row becomes one typed fact, also when Debezium delivers the change twice.
 *
 *     npm run --silent example examples/01-one-table.ts
 */
import { bigint, defineFact, defineTable, factTopic, numeric, text } from 'pgfacts'
import { drive } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'
import { printFact } from './print-fact'

const productTable = defineTable({
  topic: 'shop.public.product',
  key: { id: bigint() },
  columns: { name: text(), price: numeric(10, 2) },
})

const product = defineFact({
  name: 'shop.product',
  from: productTable,
  key: ({ id }) => ({ id }),
  // A long text is not in a change that leaves it alone (TOAST). It is filled in from the row's last state, if that is known.
  map: ({ row }) => ({ name: row.name ?? '', price: row.price }),
  to: factTopic('shop.product.facts', shop.v1.Product),
})

async function main(): Promise<void> {
  const driver = await drive(product, { schemas, partitions: 1 })
  driver
    .insert(productTable, { id: 1, name: 'Teapot', price: '24.00' })
    .update(productTable, { id: 1, name: 'Teapot', price: '19.90' })
    // All of it once more, as after a crash of Debezium: no fact is published twice.
    .redeliver()
    .remove(productTable, { id: 1 })
  for (const fact of await driver.facts()) printFact(fact)
  await driver.stop()
}

void main()
