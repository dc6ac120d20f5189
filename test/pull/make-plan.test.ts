import type { DatabaseModel } from '../../src/introspect/database-model'
import type { Lock } from '../../src/pull/lock'
import { emptyLock, lockText, parseLock } from '../../src/pull/lock'
import { makePlan } from '../../src/pull/make-plan'
import type { Plan, TablePlan } from '../../src/pull/plan'
import { tableFiles } from '../../src/pull/render/files'
import { column, database, refersTo, table } from '../support/pulled/model'

const shop: Lock = { ...emptyLock('shop'), tables: ['*.*'] }
const customer = table('customer', [column('id', 'int8'), column('name')])
const order = table(
  'shop_order',
  [
    column('id', 'int8'),
    column('customer_id', 'int8', { isNotNull: false }),
    column('status', 'status'),
    column('note', 'text', { isNotNull: false }),
  ],
  { foreignKeys: [refersTo('customer_id', customer.id)] },
)

function planOf(model: DatabaseModel, lock: Lock = shop): Plan {
  return makePlan(model, lock)
}
const tableOf = (plan: Plan, id: string): TablePlan => {
  const found = plan.tables.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}
const fileOf = (plan: Plan, path: string): string =>
  tableFiles(plan).find((file) => file.path === path)?.text ?? ''
const reasons = (plan: Plan): readonly string[] =>
  [...plan.left, ...plan.tables.flatMap(({ left }) => left)].map(
    ({ where, why }) => `${where} ${why}`,
  )

test('the same database and lock give the same files, and so does the lock that they wrote', () => {
  const first = planOf(database([customer, order]))
  expect(tableFiles(planOf(database([customer, order])))).toEqual(tableFiles(first))
  const again = makePlan(database([customer, order]), parseLock(lockText(first.lock)))
  expect(tableFiles(again)).toEqual(tableFiles(first))
})

test('a foreign key to a primary key is a lookup, and a field of its own', () => {
  const plan = planOf(database([customer, order]))
  expect(fileOf(plan, 'facts/shop-order.ts')).toContain(
    "customer: lookup(customerTable, 'customer_id'),",
  )
  expect(fileOf(plan, 'proto/shop/shop_order/v1/shop_order.proto')).toContain(
    'Customer customer = 6;',
  )
})

test('a table that is only looked up is declared, and no fact is made of it', () => {
  const plan = planOf(database([customer, order]), { ...shop, tables: ['shop_*'] })
  const paths = tableFiles(plan).map(({ path }) => path)
  expect(paths).toContain('tables/customer.ts')
  expect(paths.filter((path) => path.includes('customer'))).toEqual(['tables/customer.ts'])
})

test('a foreign key that comes after the fact is joined when that is asked for', () => {
  const before = planOf(database([customer, { ...order, foreignKeys: [] }]))
  const now = database([customer, order])
  const plan = makePlan(now, before.lock)
  expect(tableOf(plan, 'public.shop_order').joins).toEqual([])
  expect(reasons(plan)).toEqual([
    'The foreign key customer_id_fkey of public.shop_order is not joined, because the fact was written before it',
  ])
  const asked = makePlan(now, before.lock, { join: ['public.shop_order.customer_id'] })
  expect(tableOf(asked, 'public.shop_order').joins).toHaveLength(1)
  // And stays.
  expect(tableOf(makePlan(now, asked.lock), 'public.shop_order').joins).toHaveLength(1)
})

const tree = table('tree', [column('id', 'int8'), column('parent_id', 'int8')], {
  foreignKeys: [refersTo('parent_id', 'public.tree')],
})
const byName = table('by_name', [column('id', 'int8'), column('customer_name')], {
  foreignKeys: [refersTo('customer_name', customer.id, 'name')],
})
const byTwo = table('by_two', [column('id', 'int8'), column('a', 'int8'), column('b', 'int8')], {
  foreignKeys: [{ ...refersTo('a', customer.id), columns: ['a', 'b'], referred: ['id', 'name'] }],
})
const byText = table('by_text', [column('id', 'int8'), column('customer_id')], {
  foreignKeys: [refersTo('customer_id', customer.id)],
})

test.each([
  ['to the table itself', tree, 'refers to the table itself'],
  ['to another key', byName, 'and a lookup refers to the primary key'],
  ['of two columns', byTwo, 'has 2 columns, and a lookup refers by one'],
  ['between types that are compared otherwise', byText, 'whose text does not say what'],
])('a foreign key %s is no lookup, and the fact says why', (_, from, why) => {
  const plan = planOf(database([customer, from]))
  expect(tableOf(plan, from.id).joins).toEqual([])
  expect(reasons(plan).join()).toContain(why)
  expect(fileOf(plan, `facts/${from.name.replace('_', '-')}.ts`)).toContain(why)
})

test.each([
  ['without a key', { key: null }, 'has no primary key'],
  ['that is UNLOGGED', { isLogged: false }, 'is UNLOGGED'],
  ['whose identity is NOTHING', { identity: 'nothing' as const }, 'has a REPLICA IDENTITY'],
  ['that others inherit from', { heirs: ['public.heir'] }, 'is inherited by public.heir'],
])('a table %s is left out, with the reason', (_, more, why) => {
  const plan = planOf(database([customer, { ...order, ...more }]))
  expect(plan.tables.map(({ id }) => id)).toEqual(['public.customer'])
  expect(reasons(plan)).toEqual([expect.stringContaining(`public.shop_order ${why}`)])
})

test('two tables that would have one topic: the second is left out', () => {
  const tables = ['a b', 'a_b'].map((name) => table(name, [column('id', 'int8')]))
  const plan = planOf(database(tables))
  expect(plan.tables).toHaveLength(1)
  expect(reasons(plan)).toEqual([
    expect.stringContaining('would be captured to the topic of public.a b'),
  ])
})

test('partitions and the table of heartbeats are no tables of their own', () => {
  const plan = planOf(
    database([
      customer,
      { ...table('part', [column('id', 'int8')]), kind: 'partition', root: 'public.customer' },
      table('facts_heartbeat', [column('id', 'int8')]),
    ]),
  )
  expect(plan.tables.map(({ id }) => id)).toEqual(['public.customer'])
})

test('a column that is added later is nullable, because records from before lack it', () => {
  const first = planOf(database([customer]))
  const wider = { ...customer, columns: [...customer.columns, column('grade', 'int4')] }
  const plan = makePlan(database([wider]), first.lock)
  expect(fileOf(plan, 'tables/customer.ts')).toContain('grade: integer().nullable(),')
  expect(fileOf(plan, 'tables/customer.ts')).toContain('name: text(),')
  // As long as the records may be read.
  expect(fileOf(makePlan(database([wider]), plan.lock), 'tables/customer.ts')).toContain(
    'grade: integer().nullable(),',
  )
})

test('a column that becomes NOT NULL stays nullable for the records from before', () => {
  const first = planOf(database([order]))
  const strict = { ...order, columns: order.columns.map((one) => ({ ...one, isNotNull: true })) }
  const plan = makePlan(database([strict]), first.lock)
  expect(fileOf(plan, 'tables/shop-order.ts')).toContain('note: text().nullable(),')
})

test('a label that was renamed is still read in records from before', () => {
  const first = planOf(database([customer, order]))
  const plan = makePlan(database([customer, order], ['fresh', 'done']), first.lock)
  expect(fileOf(plan, 'tables/shop-order.ts')).toContain("enumeration('fresh', 'done', 'new')")
  expect(fileOf(plan, 'proto/shop/shop_order/v1/shop_order.proto')).toContain('STATUS_FRESH = 3;')
})

test('a column is left out on demand, and the columns of the key never are', () => {
  const lock = { ...shop, without: ['public.customer.name', 'public.customer.id'] }
  const plan = planOf(database([customer]), lock)
  expect(tableOf(plan, 'public.customer').columns.map((one) => one.column.name)).toEqual(['id'])
})

test('a table that is gone keeps its numbers, its files and its place among the facts', () => {
  const first = planOf(database([customer, order]))
  const plan = makePlan(database([customer]), first.lock)
  expect(plan.missing).toEqual(['public.shop_order'])
  expect(plan.lock.known['public.shop_order']).toEqual(first.lock.known['public.shop_order'])
  expect(fileOf(plan, 'facts/index.ts')).toContain("from './shop-order'")
})

test('tables of several schemas have names of their own, whichever is pulled first', () => {
  const id = [column('id', 'int8')]
  const tables = [table('order', id, { schema: 'a' }), table('a_order', id), table('order', id)]
  const names = planOf(database(tables)).tables.map(({ name }) => name)
  expect(names).toEqual(['a_order', 'a_order2', 'order'])
  const first = planOf(database(tables), { ...shop, tables: ['*'] })
  const then = makePlan(database(tables), { ...first.lock, tables: ['*.*'] })
  expect(then.tables.map(({ id: one, name }) => `${one} ${name}`)).toEqual([
    'a.order a_order2',
    'public.a_order a_order',
    'public.order order',
  ])
})

test('a lock that was damaged is refused with what is wrong', () => {
  expect(() => parseLock('{')).toThrow(/facts\.lock\.json cannot be read: it is not JSON/)
  expect(() => parseLock('{"version":2}')).toThrow(/version: .*restore it from version control/)
})
