import { facts as generated } from '../../src/gen/messages'
import type { Driver } from '../../src/testing/driver'
import { schemas } from '../../src/wildapp/gen/schemas'
import { drive } from '../../src/testing/drive'
import { everyCrash } from '../../src/testing/every-crash'
import { primary } from '../../src/wildapp/facts/primary'
import { primaryTable } from '../../src/wildapp/tables/primary'
import { secondaryTable } from '../../src/wildapp/tables/secondary'
import { tertiaryTable } from '../../src/wildapp/tables/tertiary'
import { primaryRow, secondaryRow, tertiaryRow } from '../support/debezium-record'

const { Kind } = generated.v1
const PLACEHOLDER = '__debezium_unavailable_value'
const TERTIARY = '0191a1b2-0000-7000-8000-000000000001'

let driver: Driver<typeof primary> | undefined
afterEach(async () => {
  await driver?.stop()
  driver = undefined
})

/** Everything that Debezium may bring, in some order. */
function lifeOfATable(it: Driver): void {
  it.insert(tertiaryTable, tertiaryRow(TERTIARY, 'north'))
  it.insert(secondaryTable, secondaryRow(1, TERTIARY, 'first'))
  for (let id = 1; id <= 6; id += 1) it.snapshot(primaryTable, primaryRow(id, { notes: 'long' }))
  it.transaction(() => {
    for (let id = 4; id <= 9; id += 1) {
      it.update(primaryTable, primaryRow(id, { title: 'changed', notes: PLACEHOLDER }))
    }
  })
  it.redeliver(5)
  it.remove(primaryTable, { id: 2 })
  it.insert(primaryTable, primaryRow(2))
  it.redeliver(4)
}

test('a fact is driven through changes, with its lookups', async () => {
  driver = await drive(primary, { schemas })
  driver
    .insert(tertiaryTable, tertiaryRow(TERTIARY, 'north'))
    .insert(secondaryTable, secondaryRow(1, TERTIARY, 'first'))
    .insert(primaryTable, primaryRow(7, { secondary_id: 1 }))
    .remove(primaryTable, { id: 7 })
  const facts = await driver.facts()
  expect(facts.map(({ subject, kind }) => [subject, kind])).toEqual([
    ['7', Kind.KIND_CREATED],
    ['7', Kind.KIND_DELETED],
  ])
  expect(facts[0]?.message).toMatchObject({ id: 7n, secondary: { name: 'first' } })
})

test('integers beyond 2^53 are driven exactly', async () => {
  driver = await drive(primary, { schemas })
  const id = 2n ** 62n + 1n
  driver.insert(primaryTable, { ...primaryRow(1), id })
  expect((await driver.facts())[0]?.subject).toBe(id.toString())
})

test('a second process shares the partitions, and one that stops leaves them to it', async () => {
  driver = await drive(primary, { schemas })
  await driver.start()
  await driver.start()
  for (let id = 1; id <= 20; id += 1) driver.insert(primaryTable, primaryRow(id))
  await driver.settle()
  await driver.stopOne()
  for (let id = 1; id <= 20; id += 1) driver.update(primaryTable, primaryRow(id))
  expect(await driver.facts()).toHaveLength(40)
})

test('a lost disk loses nothing that is known of a row', async () => {
  driver = await drive(primary, { schemas })
  driver.insert(primaryTable, primaryRow(1, { notes: 'long' }))
  await driver.settle()
  await driver.stopOne()
  driver.loseDisk()
  driver.redeliver().update(primaryTable, primaryRow(1, { notes: PLACEHOLDER }))
  const facts = await driver.facts()
  expect(facts.map(({ message }) => message.notes)).toEqual(['long', 'long'])
})

test('dead letters are seen with their cause', async () => {
  driver = await drive(primary, { schemas })
  driver.insert(primaryTable, primaryRow(1, { status: 'gone' }))
  const [letter] = await driver.deadLetters()
  expect(letter?.headers['facts.error.code']).toBe('COLUMN_INVALID')
})

test('after a crash at any request, the facts of a table are the same', async () => {
  const crashes = await everyCrash(
    primary,
    async (it) => {
      lifeOfATable(it)
      await it.settle()
      it.truncate(primaryTable)
      await it.settle()
      lifeOfATable(it)
    },
    { schemas },
  )
  expect(crashes).toBeGreaterThan(100)
}, 120_000)

test('what goes in comes out: as facts, drops or dead letters, all counted', async () => {
  driver = await drive(primary, { schemas })
  lifeOfATable(driver)
  driver.insert(primaryTable, primaryRow(3, { status: 'gone' }))
  driver.update(primaryTable, primaryRow(3))
  await driver.settle()
  driver.truncate(primaryTable).fence()
  lifeOfATable(driver)
  const facts = await driver.facts()
  const letters = await driver.deadLetters()
  const { metrics } = driver
  type Counted = { readonly get: () => Promise<{ readonly values: { readonly value: number }[] }> }
  const sum = async (counter: Counted): Promise<number> =>
    (await counter.get()).values.reduce((total, { value }) => total + value, 0)
  expect(await sum(metrics.facts)).toBe(facts.length)
  expect(await sum(metrics.deadLetters)).toBe(letters.length)
  expect(letters.length).toBeGreaterThan(1)
  expect(await sum(metrics.extraFacts)).toBeGreaterThan(0)
  expect(await sum(metrics.records)).toBe(
    facts.length - (await sum(metrics.extraFacts)) + (await sum(metrics.drops)) + letters.length,
  )
})

test('tasks that another process fences take their partitions back and double nothing', async () => {
  driver = await drive(primary, { schemas })
  for (let round = 0; round < 5; round += 1) {
    for (let id = 1; id <= 9; id += 1) driver.update(primaryTable, primaryRow(id))
    await driver.settle()
    driver.fence()
  }
  expect(await driver.facts()).toHaveLength(45)
})

test('a fact whose mapping is not pure is caught', async () => {
  let calls = 0
  const impure: typeof primary = {
    ...primary,
    map: (input) => ({ ...primary.map(input), title: `call ${(calls += 1)}` }),
  }
  await expect(
    everyCrash(impure, (it) => void it.insert(primaryTable, primaryRow(1)), { schemas }),
  ).rejects.toThrow(/After a crash at request \d+/)
})
