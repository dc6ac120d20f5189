import { facts as generated } from '../../src/gen/messages'
import { rowStore } from '../../src/fact/compile/compile'
import { handOver } from '../../src/runtime/dead-letters/hand-over'
import type { Difference } from '../../src/observe/resync/resync'
import { compareWithTable } from '../../src/observe/resync/resync'
import { changelogTopic } from '../../src/topology/internal-topics'
import { primary } from '../../src/wildapp/facts/primary'
import type { MadeChange } from '../support/debezium-record'
import { primaryRow } from '../support/debezium-record'
import { waitFor } from '../support/wait-for'
import { WildappWorld } from '../support/wildapp-world'

const { Kind } = generated.v1
/** After every change of these tests. */
const NOW = {
  lsn: 5_000n,
  committedAt: 1_795_000_900_000_000n,
  database: 'wildapp',
  schema: 'public',
  table: 'wildapp_primary',
}
/** Types of the columns that the table has besides its key; no others are compared. */
const TYPES: Readonly<Record<string, string>> = { title: 'character varying', quantity: 'integer' }

let world: WildappWorld
beforeEach(async () => {
  world = new WildappWorld()
  for (const id of [1, 2, 3]) write({ id, op: 'c', after: primaryRow(id), lsn: 100 + id })
  await world.start()
  await world.facts(3)
})
afterEach(() => world.stop())

const write = ({ id, ...change }: Omit<MadeChange, 'table' | 'key'> & { id: number }): void => {
  world.change({ table: 'primary', key: { id }, ...change })
}

type Values = Readonly<Record<string, string | null>>

/** With a table that holds these rows, as they were made. */
const compare = (...keys: readonly string[]): Promise<Difference> =>
  compareRows(keys.map((key) => [key, {}] as const))

/** With a table that holds these rows, with other values where some are given. */
function compareRows(
  table: readonly (readonly [key: string, values: Values])[],
): Promise<Difference> {
  const asMade = (key: string): Values => {
    const { title, quantity } = primaryRow((JSON.parse(key) as { readonly id: number }).id)
    return { title: String(title), quantity: String(quantity) }
  }
  return compareWithTable({
    log: world.log,
    fact: primary,
    changelog: changelogTopic('wildapp', rowStore(primary)),
    source: {
      position: () => Promise.resolve(NOW),
      typeOf: (column) => TYPES[column],
      async *rows(columns) {
        for (const [key, values] of table) {
          const row = { ...asMade(key), ...values }
          yield await Promise.resolve({ key, values: columns.map(({ name }) => row[name] ?? null) })
        }
      },
    },
  })
}

const remove = ({ absent }: Difference): Promise<void> =>
  handOver(world.log, 'wildapp', primary.name, absent)

/** Kinds of the facts of a row. */
async function kindsOf(id: number, count: number): Promise<readonly generated.v1.Kind[]> {
  return (await world.facts(count))
    .filter(({ fact }) => fact.id === BigInt(id))
    .map(({ fact }) => fact.header?.kind ?? Kind.KIND_UNSPECIFIED)
}

test('rows in both make no difference', async () => {
  const difference = await compare('{"id" : 1}', '{"id" : 2}', '{"id" : 3}')
  expect(difference).toMatchObject({ same: 3, missing: [], different: [], absent: [] })
  // Of the other columns the table of this test does not say what they are.
  expect(difference.notCompared).toContain('amount')
  expect(difference.notCompared).not.toContain('quantity')
})

test('a row with other values in the table is one of the different ones, and of no other', async () => {
  const difference = await compareRows([
    ['{"id" : 1}', {}],
    ['{"id" : 2}', { quantity: '77' }],
    ['{"id" : 3}', { title: null }],
  ])
  expect(difference).toMatchObject({ same: 1, missing: [], absent: [] })
  expect(difference.different.map(({ subject }) => subject)).toEqual(['2', '3'])
})

test('a different row is the same difference as long as neither side changes', async () => {
  const between = async (quantity: string): Promise<readonly string[]> => {
    const found = await compareRows([['{"id":1}', { quantity }]])
    return found.different.map((row) => row.between)
  }
  const first = await between('77')
  expect(await between('77')).toEqual(first)
  expect(await between('78')).not.toEqual(first)
  write({ id: 1, op: 'u', after: { ...primaryRow(1), quantity: 77 }, lsn: 200 })
  await world.facts(4)
  expect(await between('77')).toEqual([])
})

test('a row that the table does not have is removed, once, immediately after its last fact', async () => {
  await remove(await compare('{"id" : 1}', '{"id" : 3}'))
  expect(await kindsOf(2, 4)).toEqual([Kind.KIND_CREATED, Kind.KIND_DELETED])
  const removed = (await world.facts(4)).find(({ fact }) => fact.header?.kind === Kind.KIND_DELETED)
  expect(removed?.fact.header).toMatchObject({
    revision: 103n,
    source: { connector: 'monolith', schema: 'public', table: 'wildapp_primary' },
  })
  expect((await compare('{"id" : 1}', '{"id" : 3}')).absent).toEqual([])
})

test('a row that the facts do not have is reported', async () => {
  const { missing, same } = await compare('{"id":1}', '{"id":2}', '{"id":3}', '{"id":4}')
  expect({ missing, same }).toEqual({ missing: ['4'], same: 3 })
})

test('a row that has changed since it was compared stays', async () => {
  const difference = await compare('{"id":1}', '{"id":3}')
  write({ id: 2, op: 'u', after: { ...primaryRow(2), quantity: 9 }, lsn: 200 })
  await world.facts(4)
  await remove(difference)
  await waitFor('the removal to be taken in', async () => (await world.drops('changed_since')) > 0)
  expect(await kindsOf(2, 4)).toEqual([Kind.KIND_CREATED, Kind.KIND_UPDATED])
})

test('the delete of a row that was removed already makes no second fact', async () => {
  await remove(await compare('{"id":1}', '{"id":3}'))
  await world.facts(4)
  write({ id: 2, op: 'd', before: { id: 2 }, lsn: 200 })
  write({ id: 2, op: 'c', after: primaryRow(2), lsn: 6_000 })
  expect(await kindsOf(2, 5)).toEqual([Kind.KIND_CREATED, Kind.KIND_DELETED, Kind.KIND_CREATED])
})

test('a key that PostgreSQL writes otherwise than Debezium is refused', async () => {
  await expect(compare('{"id":"not a number"}')).rejects.toMatchObject({ code: 'KEY_INVALID' })
})

test('thousands of rows are handed over in requests that a broker takes', async () => {
  const [one] = (await compare('{"id":1}', '{"id":3}')).absent
  const many = Array.from({ length: 2_500 }, () => one!)
  await handOver(world.log, 'wildapp', primary.name, many)
  await waitFor('all of them', async () => (await world.drops('deleted_already')) === 2_499)
  expect(await kindsOf(2, 4)).toEqual([Kind.KIND_CREATED, Kind.KIND_DELETED])
})
