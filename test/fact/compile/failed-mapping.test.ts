import type { Driver } from '../../../src/testing/driver'
import { drive } from '../../../src/testing/drive'
import { elementsOf } from '../../../src/fact/value/elements'
import { structOf } from '../../../src/fact/value/json-value'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { primary } from '../../../src/wildapp/facts/primary'
import { primaryTable } from '../../../src/wildapp/tables/primary'
import { secondaryTable } from '../../../src/wildapp/tables/secondary'
import { primaryRow } from '../../support/debezium-record'

/*
 * What a dead letter says of a row that could not become a fact: the fact, the table, the column.
 */
let driver: Driver<typeof primary> | undefined
afterEach(() => driver?.stop())

type Input = Readonly<Record<'row' | 'secondary', Readonly<Record<string, never>>>>

async function said(
  map: (input: Input) => object,
  joined?: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  driver = await drive({ ...primary, map: map as unknown as typeof primary.map }, { schemas })
  if (joined !== undefined) driver.insert(secondaryTable, joined)
  driver.insert(primaryTable, primaryRow(1, { secondary_id: 5, labels: ['a', null] }))
  const [letter] = await driver.deadLetters()
  return letter?.headers['facts.error.message']?.toString()
}

test('a value that a field cannot hold is named by its column', async () => {
  expect(await said(({ row }) => ({ labels: elementsOf(row['labels'] as never) }))).toContain(
    'The mapping of wildapp.primary failed for a row of public.wildapp_primary, at column labels: Element 2 of an array is NULL',
  )
})

test('one of a joined row is named by its path', async () => {
  const row = {
    id: 5,
    tertiary_id: 'd14c2ac6-42a0-4760-a343-9d3109d8a637',
    name: 'A',
    code: 'B',
    rating: null,
    tags: [],
    settings: '[1]',
    active: true,
    created_at: '2026-01-02T03:04:05.000000Z',
    updated_at: '2026-01-02T03:04:05.000000Z',
  }
  const map = ({ secondary }: Input): object => structOf(secondary['settings'] as never)
  expect(await said(map, row)).toContain('at column secondary.settings: [1] is not a JSON object')
})

test('an error of the mapping itself has the table', async () => {
  const map = (): object => {
    throw new RangeError('of my own')
  }
  expect(await said(map)).toContain('failed for a row of public.wildapp_primary: of my own')
})

test('a field of another type than the message has is named with the table', async () => {
  const message = await said(({ row }) => ({ ...row, title: 7 }))
  expect(message).toMatch(/title: .+ It is of a row of public\.wildapp_primary\./)
})
