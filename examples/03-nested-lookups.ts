/**
 * Lookups through lookups, and a key of two columns: a line of an order with its product and the product's supplier.
 * The other direction, an order with all of its lines, cannot be declared: a fact has one row of each table that it looks up.
 *
 *     npm run --silent example examples/03-nested-lookups.ts
 */
import { bigint, defineFact, defineTable, factTopic, integer, lookup, varchar } from 'pgfacts'
import { drive } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'
import { printFact } from './print-fact'

const supplierTable = defineTable({
  topic: 'shop.public.supplier',
  key: { id: bigint() },
  columns: { name: varchar() },
})

const productTable = defineTable({
  topic: 'shop.public.product',
  key: { id: bigint() },
  columns: { name: varchar(), supplier_id: bigint() },
})

const orderLineTable = defineTable({
  topic: 'shop.public.order_line',
  key: { order_id: bigint(), line: integer() },
  columns: { product_id: bigint(), quantity: integer() },
})

const orderLine = defineFact({
  name: 'shop.order-line',
  from: orderLineTable,
  join: {
    product: lookup(productTable, 'product_id', {
      supplier: lookup(supplierTable, 'supplier_id'),
    }),
  },
  key: ({ order_id: orderId, line }) => ({ orderId, line }),
  map: ({ row, product }) => ({
    quantity: row.quantity,
    product: product?.name ?? '',
    supplier: product?.supplier?.name ?? '',
  }),
  to: factTopic('shop.order-line.facts', shop.v1.OrderLine),
})

async function main(): Promise<void> {
  const driver = await drive(orderLine, { schemas, partitions: 1 })
  driver
    .insert(supplierTable, { id: 3, name: 'Kiln & Co' })
    .insert(productTable, { id: 9, name: 'Teapot', supplier_id: 3 })
    // One transaction of the source. Product 8 does not exist: the lookup finds `undefined`.
    .transaction(() => {
      driver.insert(orderLineTable, { order_id: 1, line: 1, product_id: 9, quantity: 2 })
      driver.insert(orderLineTable, { order_id: 1, line: 2, product_id: 8, quantity: 1 })
    })
    .remove(orderLineTable, { order_id: 1, line: 2 })
  for (const fact of await driver.facts()) printFact(fact)
  await driver.stop()
}

void main()
