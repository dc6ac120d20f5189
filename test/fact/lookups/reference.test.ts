import * as column from '../../../src/table/columns'
import { defineTable } from '../../../src/table/table'
import { compile } from '../../../src/fact/compile/compile'
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import { lookup } from '../../../src/fact/declare/lookup'
import { reference } from '../../../src/fact/lookups/reference'
import { wildapp } from '../../../src/wildapp/gen/messages'

const c = column

describe('a value finds the key that PostgreSQL says is equal', () => {
  test.each([
    ['1.5000', c.numeric(10, 4), '1.50', c.numeric(10, 2)],
    ['1.5', c.numeric(), '1.50', c.numeric(10, 2)],
    ['-3', c.numeric(10), '-3.00', c.numeric(10, 2)],
    ['12300', c.numeric(5, -2), '12300', c.numeric(10)],
    ['NaN', c.numeric(10, 2), 'NaN', c.numeric(10, 2)],
    ['abc', c.varchar(), 'abc       ', c.char(10)],
    ['abc  ', c.char(5), 'abc       ', c.char(10)],
    ['abc  ', c.char(5), 'abc', c.text()],
    ['ü', c.text(), 'ü  ', c.char(3)],
    ['ACME', c.text(), 'ACME', c.varchar()],
    ['2026-01-02T03:04:05.120000Z', c.timestamptz(), '2026-01-02T03:04:05.120Z', c.timestamptz(3)],
    ['2026-01-02T03:04:05Z', c.timestamptz(0), '2026-01-02T03:04:05.000000Z', c.timestamptz()],
    ['infinity', c.timestamptz(), 'infinity', c.timestamptz(3)],
  ])('%j finds %3$j', (value, from, key, of) => {
    expect(reference(from.type, of.type)?.(value)).toBe(key)
  })

  test.each([
    ['1.505', c.numeric(10, 3), c.numeric(10, 2)],
    ['abcdef', c.text(), c.char(5)],
    ['2026-01-02T03:04:05.120001Z', c.timestamptz(), c.timestamptz(3)],
  ])('%j finds none', (value, from, of) => {
    expect(reference(from.type, of.type)?.(value)).toBeUndefined()
  })
})

const { Event } = wildapp.event.v1

test.each([
  ['citext and citext', c.citext(), c.citext(), 'citext, whose text does not decide'],
  ['text and citext', c.text(), c.citext(), 'text with the key id, which is citext'],
  ['numeric without a scale', c.numeric(10, 2), c.numeric(), 'numeric, whose text'],
  ['text and uuid', c.text(), c.uuid(), 'text with the key id, which is uuid'],
  ['date and timestamp', c.date(), c.timestamp(), 'date with the key id, which is timestamp'],
  ['intervals', c.interval(), c.interval(), 'interval, whose text'],
  ['jsonb', c.jsonb(), c.jsonb(), 'jsonb, whose text'],
  ['ranges', c.range(), c.range(), 'range, whose text'],
])('a lookup between %s is refused before anything runs, with both types', (_, from, key, said) => {
  const referred = defineTable({ topic: 'a.b.referred', key: { id: key }, columns: {} })
  const table = defineTable({ topic: 'a.b.c', key: { id: c.bigint() }, columns: { ref: from } })
  const fact = defineFact({
    name: 'fact',
    from: table,
    join: { referred: lookup(referred, 'ref') } as never,
    key: ({ id }) => ({ id }),
    map: () => ({ type: '', timestamp: null, subscriber: null, payload: '', patchOf: null }),
    to: factTopic('facts', Event),
  })
  const options = { deadLetters: 'dead', serde: () => ({}) as never }
  expect(() => compile([fact], options)).toThrow(
    expect.objectContaining({
      code: 'TOPOLOGY_INVALID',
      message: expect.stringContaining(`ref of a.b.c in a.b.referred compares ${said}`) as string,
    }),
  )
})
