import { compileErrors } from './compile-snippet'

const PRELUDE = `
import * as column from '../../src/table/columns'
import { defineTable, type KeyOf, type RowOf } from '../../src/table/table'
const table = defineTable({
  topic: 'monolith.public.things',
  key: { id: column.bigint(), code: column.text() },
  columns: {
    title: column.varchar(),
    status: column.enumeration('draft', 'active'),
    amount: column.numeric(20, 4),
    weight: column.numeric(),
    quantity: column.integer(),
    score: column.double().nullable(),
    labels: column.textArray(),
    fingerprint: column.bytea().nullable(),
    created_at: column.timestamptz(),
    added: column.text().default(''),
    counted: column.integer().nullable().default(0),
    named: column.uuid().renamedFrom('called'),
  },
})
type Row = RowOf<typeof table>
type Key = KeyOf<typeof table>
declare const row: Row
declare const key: Key
const event = table.decode({ key: null, value: null })
export { table, row, key, event }
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
export const same = <A, B>(..._: Same<A, B> extends true ? [] : [never]): void => undefined
`

/** What compiles, and what must not, with a part of the error that TypeScript gives. */
const SNIPPETS: readonly (readonly [what: string, code: string, error?: string])[] = [
  [
    'the types of a row',
    `same<Row, {
      readonly id: bigint
      readonly code: string
      readonly title: string | null
      readonly status: 'draft' | 'active'
      readonly amount: string
      readonly weight: string | null
      readonly quantity: number
      readonly score: number | null
      readonly labels: readonly (string | null)[] | null
      readonly fingerprint: Buffer | null
      readonly created_at: string
      readonly added: string
      readonly counted: number | null
      readonly named: string
    }>()`,
  ],
  ['the types of a key', 'same<Key, { readonly id: bigint; readonly code: string }>()'],
  [
    'the narrowing by operation',
    `if (event.operation === 'update') event.after.quantity.toFixed()`,
  ],
  [
    'an exhaustive switch',
    `switch (event.operation) {
      case 'create': case 'read': case 'update': case 'delete': case 'truncate': case 'tombstone': break
      default: event satisfies never
    }`,
  ],
  ['a column that is not declared', 'row.headline', `Property 'headline' does not exist`],
  [
    'a bigint taken for a number',
    'Math.abs(row.id)',
    `'bigint' is not assignable to parameter of type 'number'`,
  ],
  ['a nullable column taken for granted', 'row.score.toFixed()', 'possibly'],
  [
    'a default of another type',
    `column.integer().default('0')`,
    `'string' is not assignable to parameter of type 'number'`,
  ],
  ['a default of null', 'column.integer().default(null)', `'null' is not assignable`],
  ['a value that TOAST may withhold taken for granted', 'row.title.length', 'possibly'],
  ['a label that the enum does not have', `row.status === 'gone'`, 'no overlap'],
  ['a column assigned to', 'row.quantity = 1', 'read-only'],
  ['a key column that is none', 'key.title', `Property 'title' does not exist`],
  ['the row of a deleted row', `if (event.operation === 'delete') event.after.id`, 'possibly'],
  [
    'an old row taken for whole',
    `if (event.operation === 'delete') event.before?.quantity.toFixed()`,
    'possibly',
  ],
  ['the position of a tombstone', `event.position`, `Property 'position' does not exist`],
  ['a table without a key', `defineTable({ topic: 'a.b.c', columns: {} })`, `'key' is missing`],
  [
    'a column of no known type',
    `defineTable({ topic: 'a', key: { id: 'bigint' }, columns: {} })`,
    'not assignable',
  ],
]

describe('the types of a table', () => {
  const errors = compileErrors(SNIPPETS.map(([, code]) => `${PRELUDE}\n${code}\n`))

  test.each(SNIPPETS.map(([what, , error], index) => [what, error ?? 'nothing', index] as const))(
    'for %s: TypeScript reports %s',
    (_, error, index) => {
      if (error === 'nothing') expect(errors[index]).toEqual([])
      else expect(errors[index]).toEqual([expect.stringContaining(error)])
    },
  )
})
