import fc from 'fast-check'
import * as column from '../../src/table/columns'
import { Table } from '../../src/table/table'
import { TableShape, type Columns } from '../../src/table/shape/table-shape'
import { anyText, columnText, type TextType } from './column-text'
import { envelopeText, objectText, SOURCE, TRANSACTION, type EnvelopeText } from './envelope-text'

/** One column of each type, and a record's text for it that is right. */
const TYPES: Readonly<
  Record<TextType, { readonly column: Columns[string]; readonly usual: string }>
> = {
  text: { column: column.text(), usual: '"some text"' },
  json: { column: column.jsonb(), usual: '"{\\"a\\": 1}"' },
  bigint: { column: column.bigint(), usual: '9007199254740993' },
  integer: { column: column.integer(), usual: '12' },
  smallint: { column: column.smallint(), usual: '-7' },
  double: { column: column.double(), usual: '0.25' },
  numeric: { column: column.numeric(), usual: '"12.30"' },
  boolean: { column: column.boolean(), usual: 'true' },
  uuid: { column: column.uuid(), usual: '"7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111"' },
  label: { column: column.enumeration('draft', 'active', 'archived'), usual: '"draft"' },
  timestamptz: { column: column.timestamptz(), usual: '"2026-01-02T01:04:05.678901Z"' },
  timestamp: { column: column.timestamp(), usual: '"2026-01-02T03:04:05Z"' },
  date: { column: column.date(), usual: '"2026-01-02Z"' },
  time: { column: column.time(), usual: '"03:04:05.6Z"' },
  interval: { column: column.interval({ finite: true }), usual: '"P1Y2M3DT4H5M6.789S"' },
  array: { column: column.textArray(), usual: '["x",null]' },
  bytea: { column: column.bytea(), usual: '"3q2+7w=="' },
  timetz: { column: column.timetz(), usual: '"03:04:05.6Z"' },
  oid: { column: column.oid(), usual: '4294967295' },
  bits: { column: column.bits(11), usual: '"BQ=="' },
  encoded: { column: column.encodedText(), usual: '"KDEseCk="' },
  point: { column: column.point(), usual: '{"x":1.5,"y":-2.0,"wkb":"AQ==","srid":null}' },
  numbers: { column: column.array(column.integer()), usual: '[1,null,-2]' },
  dates: { column: column.array(column.date()), usual: '["2026-01-02Z",null]' },
  instants: {
    column: column.array(column.timestamptz()),
    usual: '["2026-01-02T01:04:05.100000Z"]',
  },
}
export const NAMES = Object.keys(TYPES) as TextType[]
export const USUAL = Object.fromEntries(NAMES.map((name) => [name, TYPES[name].usual]))
const COLUMNS = Object.fromEntries(
  NAMES.map((name, index) => [
    name,
    index % 3 === 0
      ? TYPES[name].column.nullable().renamedFrom(`former_${name}`)
      : index % 3 === 1
        ? TYPES[name].column.default(`the default of ${name}`)
        : TYPES[name].column,
  ]),
)
const KEY = { id: column.bigint(), code: column.text() }
export const USUAL_KEY = { id: '1', code: '"a"' }

/** A table that has learned the usual forms. */
export function freshTable(fullIdentity: boolean): {
  readonly shape: TableShape
  readonly table: Table<object, object>
} {
  const shape = new TableShape('monolith.public.things', KEY, COLUMNS, fullIdentity)
  const table = new Table<object, object>(shape)
  const row = objectText({ ...USUAL_KEY, ...USUAL })
  const key = Buffer.from(objectText(USUAL_KEY))
  for (const parts of [
    { op: 'c', after: row },
    { op: 'd', before: row },
    { op: 'u', before: row, after: row },
  ]) {
    table.decode({ key, value: Buffer.from(envelopeText(parts)) })
  }
  return { shape, table }
}

/** The same fields in another order. */
function shuffled(fields: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const entries = Object.entries(fields)
  return fc
    .shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length })
    .map((order) => Object.fromEntries(order))
}

const mostly = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })

/** A row with one or a few columns that differ from the usual. */
export const rows = fc
  .record(
    Object.fromEntries(NAMES.map((name) => [name, mostly(TYPES[name].usual, columnText(name))])),
  )
  .chain((row) =>
    fc.oneof(
      { weight: 10, arbitrary: fc.constant({ ...USUAL_KEY, ...row }) },
      { weight: 1, arbitrary: shuffled({ ...USUAL_KEY, ...row }) },
      { weight: 1, arbitrary: anyText.map((text) => ({ ...USUAL_KEY, ...row, unknown: text })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...NAMES).map((name) => {
          const others = Object.entries(row).filter(([other]) => other !== name)
          return { ...USUAL_KEY, ...Object.fromEntries(others) }
        }),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...NAMES), fc.boolean())
          .map(
            ([name, isTwice]) =>
              Object.fromEntries(
                Object.entries({ ...USUAL_KEY, ...row }).flatMap(([field, text]) => [
                  ...(field === name ? [[`former_${name}`, text]] : []),
                  ...(field === name && !isTwice ? [] : [[field, text]]),
                ]),
              ) as Record<string, string>,
          ),
      },
    ),
  )
  .map(objectText)

type SourceTexts = NonNullable<EnvelopeText['source']>

const sources: fc.Arbitrary<SourceTexts> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<SourceTexts>({}) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.keys(SOURCE)), anyText)
      .map(([name, text]) => ({ [name]: text })),
  },
  {
    weight: 2,
    arbitrary: fc
      .subarray(Object.keys(SOURCE), { minLength: 1, maxLength: 3 })
      .map((names) => Object.fromEntries(names.map((name) => [name, undefined]))),
  },
  {
    weight: 2,
    arbitrary: fc
      .subarray(Object.keys(SOURCE), { minLength: 1, maxLength: 3 })
      .map((names) => Object.fromEntries(names.map((name) => [name, 'null']))),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        ...[
          '"false"',
          '"true"',
          '"first"',
          '"last"',
          '"first_in_data_collection"',
          '"incremental"',
        ],
        ...['true', 'false', '"\\u0066alse"', '"falser"', 'falsehood', '"näh"', '""', '1'],
      )
      .map((snapshot) => ({ snapshot })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('lsn', 'txId', 'ts_us', 'ts_ms'),
        fc.constantFrom(
          '0',
          '-1',
          '-0',
          '1.0',
          '9223372036854775807',
          '18446744073709551616',
          'null',
        ),
      )
      .map(([name, text]) => ({ [name]: text })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '"[null,null]"',
        '"[null,\\"5\\"]"',
        '"[]"',
        '"[\\"05\\",\\"6\\"]"',
        '"["',
        '""',
      )
      .map((sequence) => ({ sequence, lsn: 'null' })),
  },
)

const transactions = mostly(
  TRANSACTION,
  fc.oneof(
    anyText,
    fc.constantFrom(
      '{"id":"1:2","total_order":0}',
      '{}',
      '{ "total_order":1}',
      '{"total_order":-1}',
    ),
  ),
)

/** Envelopes as Debezium writes them, most of them with something odd somewhere. */
export const envelopes = fc
  .record({
    op: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('c', 'u', 'd', 'r') },
      { weight: 1, arbitrary: fc.constantFrom('t', 'm', 'x', 'cc', '') },
    ),
    row: rows,
    old: rows,
    hasOld: fc.boolean(),
    hasRow: mostly(true, fc.constant(false)),
    oldOfCreate: mostly(false, fc.constant(true)),
    source: sources,
    transaction: transactions,
  })
  .map(({ op, row, old, hasOld, hasRow, oldOfCreate, source, transaction }) =>
    envelopeText({
      op,
      source,
      transaction,
      ...((op === 'd' || op === 'u' ? hasOld : oldOfCreate) ? { before: old } : {}),
      ...(hasRow === (op !== 'd') ? { after: row } : {}),
    }),
  )

export const keys = mostly(
  objectText(USUAL_KEY),
  fc.oneof(
    fc
      .tuple(columnText('bigint'), columnText('text'))
      .map(([id, code]) => objectText({ id, code })),
    fc.constantFrom(
      '{"code":"a","id":1}',
      '{"id":1}',
      '{"id":1,"code":"a","more":[1]}',
      '',
      '{',
      '1',
    ),
    fc.constantFrom('{"schema":{},"payload":{"id":1,"code":"a"}}', '{"id": 1, "code": "a"}'),
  ),
)
