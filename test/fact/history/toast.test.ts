import type { Driver } from '../../../src/testing/driver'
import { drive } from '../../../src/testing/drive'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { primary } from '../../../src/wildapp/facts/primary'
import { primaryTable } from '../../../src/wildapp/tables/primary'
import { primaryRow } from '../../support/debezium-record'

/*
 * What a fact may choose for a TOASTed value that a change does not carry.
 */
const PLACEHOLDER = '__debezium_unavailable_value'

let driver: Driver<typeof primary> | undefined
afterEach(() => driver?.stop())

const driven = async (policy: 'heal' | 'absent' | 'reject'): Promise<Driver<typeof primary>> =>
  (driver = await drive({ ...primary, toast: { notes: policy } }, { schemas }))
const withNotes = (notes: string): Record<string, unknown> => primaryRow(1, { notes })

test('heal takes it from the last row known', async () => {
  const it = await driven('heal')
  it.insert(primaryTable, withNotes('long')).update(primaryTable, withNotes(PLACEHOLDER))
  expect((await it.facts()).map(({ message }) => message.notes)).toEqual(['long', 'long'])
})

test('absent leaves it empty and names it, though it is known', async () => {
  const it = await driven('absent')
  it.insert(primaryTable, withNotes('long')).update(primaryTable, withNotes(PLACEHOLDER))
  const [, updated] = await it.facts()
  expect(updated?.message.notes ?? null).toBeNull()
  expect(updated?.message.header?.unavailable).toEqual(['notes'])
})

test('reject makes a dead letter of a change whose value is unknown', async () => {
  const it = await driven('reject')
  it.update(primaryTable, withNotes(PLACEHOLDER))
  expect(await it.facts()).toEqual([])
  const [letter] = await it.deadLetters()
  expect(letter?.headers['facts.error.code']).toBe('VALUE_UNAVAILABLE')
})

test('reject heals what is known', async () => {
  const it = await driven('reject')
  it.snapshot(primaryTable, withNotes('long')).update(primaryTable, withNotes(PLACEHOLDER))
  expect((await it.facts()).map(({ message }) => message.notes)).toEqual(['long', 'long'])
})
