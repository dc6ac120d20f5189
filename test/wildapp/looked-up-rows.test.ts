import type { DrivenFact, Driver } from '../../src/testing/driver'
import { debeziumRecord } from '../../src/testing/debezium'
import { schemas } from '../../src/wildapp/gen/schemas'
import { drive } from '../../src/testing/drive'
import { everyCrash } from '../../src/testing/every-crash'
import { partitionFor } from '../../src/topology/partitioner'
import { primary } from '../../src/wildapp/facts/primary'
import { primaryTable } from '../../src/wildapp/tables/primary'
import { secondaryTable } from '../../src/wildapp/tables/secondary'
import { COMMITTED_AT, primaryRow, secondaryRow } from '../support/debezium-record'
import { WildappWorld } from '../support/wildapp-world'

const TERTIARY = '0191a1b2-0000-7000-8000-000000000001'

let driver: Driver<typeof primary> | undefined
let world: WildappWorld | undefined
afterEach(async () => {
  await driver?.stop()
  await world?.stop()
  driver = undefined
  world = undefined
})

const secondary = (name: string): Record<string, unknown> => secondaryRow(1, TERTIARY, name)
const child = (id: number): Record<string, unknown> => primaryRow(id, { secondary_id: 1 })
const namesOf = (facts: readonly DrivenFact<typeof primary>[]): unknown[] =>
  facts.map(({ message }) => message.secondary?.name)

/** The secondary as it was before everything that the driver writes, once more. */
function deliverOld(it: Driver): void {
  const { topic } = secondaryTable
  const record = debeziumRecord({
    topic,
    op: 'c',
    key: { id: 1 },
    after: secondary('first'),
    before: null,
    lsn: 1n,
    transaction: { id: 1n, order: 1 },
    committedAt: 1_767_225_600_000_000n,
  })
  it.write({ ...record, partition: partitionFor(record.key, 3) })
}

test('a looked-up row that is delivered again does not go back', async () => {
  driver = await drive(primary, { schemas })
  driver.insert(secondaryTable, secondary('second')).insert(primaryTable, child(1))
  expect(namesOf(await driver.facts())).toEqual(['second'])
  deliverOld(driver)
  driver.insert(primaryTable, child(2))
  expect(namesOf(await driver.facts())).toEqual(['second', 'second'])
})

test('nor does it when the process dies at any request in between', async () => {
  const crashes = await everyCrash(
    primary,
    async (it) => {
      it.insert(secondaryTable, secondary('second')).insert(primaryTable, child(1))
      await it.settle()
      deliverOld(it)
      it.insert(primaryTable, child(2))
      expect(namesOf(await it.facts())).toEqual(['second', 'second'])
    },
    { schemas, partitions: 3 },
  )
  expect(crashes).toBeGreaterThan(20)
})

/** The fact of the primaries with another mapping, which has the looked-up row as `secondary`. */
const mappedBy = (change: (secondary: Record<string, unknown>) => unknown): typeof primary => ({
  ...primary,
  map: (input) => {
    const result = change(input['secondary'] as Record<string, unknown>)
    return result === undefined ? primary.map(input) : (result as object)
  },
})

test('a mapping that returns a looked-up row leaves it as it is', async () => {
  const seen: unknown[] = []
  const returning = mappedBy((row) => {
    seen.push(row['id'])
    return row
  })
  const plain = { ...primary.join['secondary']!, join: {} }
  driver = await drive({ ...returning, join: { secondary: plain } }, { schemas })
  driver.insert(secondaryTable, secondary('first'))
  driver.insert(primaryTable, child(7)).insert(primaryTable, child(8))
  await driver.settle()
  expect(seen).toEqual([1n, 1n])
})

test('a mapping that changes a looked-up row makes a dead letter that says so', async () => {
  const changing = mappedBy((row) => void (row['tags'] as string[]).push('changed'))
  const plain = { ...primary.join['secondary']!, join: {} }
  driver = await drive({ ...changing, join: { secondary: plain } }, { schemas })
  driver.insert(secondaryTable, secondary('first')).insert(primaryTable, child(1))
  const [letter] = await driver.deadLetters()
  expect(String(letter?.headers['facts.error.message'])).toMatch(/mapping.*failed.*extensible/)
})

describe('positions of a looked-up table that begin again', () => {
  const later = COMMITTED_AT + 3_600_000_000n
  const write = (op: 'c' | 'u', name: string, lsn: number, committedAt = COMMITTED_AT): void =>
    world?.change({
      table: 'secondary',
      op,
      key: { id: 1 },
      after: secondary(name),
      lsn,
      committedAt,
    })
  const row = (id: number, lsn: number, committedAt = COMMITTED_AT): void =>
    world?.change({ table: 'primary', op: 'c', key: { id }, after: child(id), lsn, committedAt })

  test('stop the pipeline until the operator knows, and are taken then', async () => {
    world = new WildappWorld()
    write('c', 'old', 1_000_000)
    row(1, 1_000_001)
    await (await world.start()).stop()
    write('u', 'new', 50, later)
    row(2, 60, later)
    await expect(world.start()).rejects.toMatchObject({ code: 'EPOCH_CHANGED' })
    await world.stop()
    world.epoch = 2
    await world.start()
    const facts = await world.facts(2)
    const found = facts.map(({ fact }) => [fact.id, fact.secondary?.name])
    expect(new Map(found as [bigint, string][])).toEqual(
      new Map([
        [1n, 'old'],
        [2n, 'new'],
      ]),
    )
  })
})
