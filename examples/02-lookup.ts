/**
 * A lookup: a fact is enriched with the row that a column refers to, as it is when the fact is made. A later change of that
 * row alone publishes nothing.
 *
 *     npm run --silent example examples/02-lookup.ts
 */
import { bigint, defineFact, defineTable, factTopic, lookup, numeric, varchar } from 'pgfacts'
import { drive } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'
import { printFact } from './print-fact'

const customerTable = defineTable({
  topic: 'shop.public.customer',
  key: { id: bigint() },
  columns: { name: varchar() },
})

const orderTable = defineTable({
  topic: 'shop.public.order',
  key: { id: bigint() },
  columns: { customer_id: bigint().nullable(), amount: numeric(10, 2) },
})

const order = defineFact({
  name: 'shop.order',
  from: orderTable,
  join: { customer: lookup(customerTable, 'customer_id') },
  key: ({ id }) => ({ id }),
  map: ({ row, customer }) => ({ amount: row.amount, customer: customer?.name ?? null }),
  to: factTopic('shop.order.facts', shop.v1.Order),
})

async function main(): Promise<void> {
  const driver = await drive(order, { schemas, partitions: 1 })
  driver
    .insert(customerTable, { id: 7, name: 'Ada' })
    .insert(orderTable, { id: 1, customer_id: 7, amount: '10.00' })
    .insert(orderTable, { id: 2, customer_id: null, amount: '3.20' })
  await driver.settle()
  // Makes no fact: order 1 keeps the name that it was published with, until the order itself changes.
  driver.update(customerTable, { id: 7, name: 'Ada Lovelace' })
  driver.update(orderTable, { id: 1, customer_id: 7, amount: '12.50' })
  for (const fact of await driver.facts()) printFact(fact)
  await driver.stop()
}

void main()
