import * as columns from '../../src/table/columns'
import type { AnyColumn } from '../../src/table/shape/column'
import type { JsonValue } from '../../src/protobuf/json/json'
import { mapColumn } from '../../src/pull/column-mapping'
import type { PostgresType } from '../../src/source/postgres-type'
import { baseType } from '../support/pulled/model'

/** Type modifiers of types that have no declaration without one. */
const MODIFIERS: Readonly<Record<string, number>> = { bit: 8, character: 9 }

/** What each builder is for, by calling each. */
const BUILDERS: readonly AnyColumn[] = [
  ...Object.entries(columns).flatMap(([name, make]): readonly AnyColumn[] => {
    if (['enumeration', 'bits', 'char', 'array', 'varbit'].includes(name)) return []
    return [(make as () => AnyColumn)()]
  }),
  columns.bits(8),
  columns.char(5),
  columns.enumeration('one'),
]

const names = [...new Set(BUILDERS.flatMap(({ postgresTypes }) => postgresTypes))].filter(
  (name) => !name.endsWith('[]'),
)

const typeOf = (name: string): PostgresType => {
  const kind = name === 'enum' ? 'e' : name === 'composite' ? 'c' : 'b'
  return { ...baseType(name), kind }
}

function mapped(name: string, modifier = MODIFIERS[name] ?? -1): ReturnType<typeof mapColumn> {
  const array: PostgresType = { ...baseType(`_${name}`), element: name }
  const types = new Map([typeOf(name), array].map((type) => [type.id, type]))
  const labels = new Map([[name, ['one', 'two']]])
  return mapColumn({ types, labels }, { type: name, modifier, written: name })
}

test.each(names)('%s is declared with a builder that is for it', (name) => {
  const found = mapped(name)
  if ('why' in found) throw new Error(found.why)
  expect(found.column.postgresTypes).toContain(name)
  // The code calls the builder that the value was made by.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const call = new Function('columns', `with (columns) return ${found.builder}`) as (
    all: typeof columns,
  ) => AnyColumn
  const made = call(columns)
  expect(made.type).toEqual(found.column.type)
  expect(made.isToastable).toBe(found.column.isToastable)
})

test.each(names)('the sample of %s is what Debezium writes for the value', (name) => {
  const found = mapped(name)
  if ('why' in found) throw new Error(found.why)
  const { debezium, row } = found.sample
  const read = found.column.codec.fromJson(asJson(debezium), 'stream')
  expect(read).toBeDefined()
  if (row !== undefined) expect(read).toEqual(row)
})

/** 64-bit integers are read as their text. */
const asJson = (value: unknown): JsonValue =>
  (typeof value === 'bigint' ? Number(value) : value) as JsonValue

test.each([
  ['numeric', (10 << 16) + 2 + 4, 'numeric(10, 2)'],
  ['numeric', (10 << 16) + 4, 'numeric(10)'],
  ['numeric', (5 << 16) + (2_048 - 2) + 4, 'numeric(5, -2)'],
  ['numeric', -1, 'numeric()'],
  ['bit', 1, 'boolean()'],
  ['bit', 12, 'bits(12)'],
  ['character', 5, 'char()'],
  ['character', 14, 'char(10)'],
  ['timestamp with time zone', -1, 'timestamptz()'],
  ['timestamp with time zone', 0, 'timestamptz(0)'],
])('%s with the modifier %d is %s', (name, modifier, builder) => {
  expect(mapped(name, modifier)).toMatchObject({ builder })
})

test.each(['polygon', 'bit varying', 'int2vector', 'character'])(
  'a type without a builder is not declared: %s',
  (name) => {
    expect(mapped(name, -1)).toEqual({ why: expect.stringContaining('no builder') })
  },
)

test.each([
  ['text', 'textArray()'],
  ['integer', 'array(integer())'],
])('%s[] is %s', (name, builder) => {
  const array: PostgresType = { ...baseType('a'), element: name }
  const types = new Map([baseType(name), array].map((type) => [type.id, type]))
  const found = mapColumn(
    { types, labels: new Map() },
    { type: 'a', modifier: -1, written: `${name}[]` },
  )
  expect(found).toMatchObject({ builder, isRepeated: true })
})

test.each(['money', 'interval', 'xml', 'name', 'point', 'polygon'])(
  '%s[], which Debezium leaves out of its records, is not declared',
  (name) => {
    const array: PostgresType = { ...baseType('a'), element: name }
    const types = new Map([baseType(name), array].map((type) => [type.id, type]))
    const found = mapColumn({ types, labels: new Map() }, { type: 'a', modifier: -1, written: 'x' })
    expect(found).toHaveProperty('why')
  },
)
