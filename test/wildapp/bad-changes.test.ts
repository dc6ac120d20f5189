import type { MadeChange } from '../support/debezium-record'
import { debeziumValue, primaryRow } from '../support/debezium-record'
import { WildappWorld } from '../support/wildapp-world'

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

const write = (change: MadeChange): void => world.change(change)
const insert = (id: number): void =>
  write({ table: 'primary', op: 'c', key: { id }, after: primaryRow(id), lsn: 100 + id })

describe('a dead letter keeps its bytes and says what is wrong when', () => {
  test.each([
    ['the value is not JSON', 'not json', 'JSON_INVALID'],
    ['it is no envelope', '{"op":"c"}', 'ENVELOPE_INVALID'],
    [
      'a NOT NULL column is null',
      debeziumValue({
        table: 'primary',
        op: 'c',
        key: {},
        after: primaryRow(1, { quantity: null }),
        lsn: 1,
      }),
      'COLUMN_INVALID',
    ],
    [
      'an enum has a label that the mapping does not know',
      debeziumValue({
        table: 'primary',
        op: 'c',
        key: {},
        after: primaryRow(1, { status: 'gone' }),
        lsn: 1,
      }),
      'COLUMN_INVALID',
    ],
    [
      'an instant is infinite, which protobuf cannot say',
      debeziumValue({
        table: 'primary',
        op: 'c',
        key: {},
        after: primaryRow(1, { created_at: '+294247-01-01T00:00:00.000000Z' }),
        lsn: 1,
      }),
      'MAP_FAILED',
    ],
  ])('%s', async (_what, value, code) => {
    world.write('primary', '{"id":1}', value)
    insert(2)
    await world.start()
    const [letter] = await world.deadLetters(1)
    expect(letter?.headers['facts.error.code']).toBe(code)
    expect(letter?.value?.toString()).toBe(value)
    // The next record continues.
    expect((await world.facts(1))[0]?.fact.id).toBe(2n)
  })
})

test('a declared column that is gone stops the application and names it', async () => {
  const { quantity, ...after } = primaryRow(1)
  expect(quantity).toBeDefined()
  write({ table: 'primary', op: 'c', key: { id: 1 }, after, lsn: 1 })
  const app = await world.start()
  await expect(app.failed).rejects.toMatchObject({
    code: 'COLUMN_MISSING',
    message: expect.stringContaining('quantity'),
  })
})
