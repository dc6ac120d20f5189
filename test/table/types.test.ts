import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Column } from '../../src/table/shape/column'
import * as column from '../../src/table/columns'
import { Table } from '../../src/table/table'
import { TableShape } from '../../src/table/shape/table-shape'
import { isValueOf } from '../support/postgres-value'
import { envelopeText, objectText } from './envelope-text'
import { outcome } from './outcome'

/** A value as PostgreSQL writes it, and as Debezium wrote it when it took a snapshot and when it streamed. */
interface Recorded {
  readonly type: string
  readonly postgres: string
  readonly origin: 'snapshot' | 'stream'
  /** Raw JSON text. */
  readonly json: string
}

const FILE = join(__dirname, '../golden/debezium-3.7.0/types.jsonl')
const RECORDED: readonly Recorded[] = readFileSync(FILE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const at = line.indexOf(',"json":')
    const fields = JSON.parse(`${line.slice(0, at)}}`) as Omit<Recorded, 'json'>
    return { ...fields, json: line.slice(at + ',"json":'.length, -1) }
  })

const scalar: Readonly<Record<string, Column<unknown>>> = {
  money: column.money(),
  'bit(1)': column.boolean(),
  'bit(3)': column.bits(3),
  'bit(11)': column.bits(11),
  'bit(16)': column.bits(16),
  varbit: column.varbit(),
  'varbit(8)': column.varbit(),
  oid: column.oid(),
  inet: column.inet(),
  cidr: column.cidr(),
  macaddr: column.macaddr(),
  macaddr8: column.macaddr(),
  xml: column.xml(),
  citext: column.citext(),
  ltree: column.ltree(),
  tsvector: column.tsvector(),
  int4range: column.range(),
  tstzrange: column.range(),
  numrange: column.range(),
  int4multirange: column.encodedText(),
  tsquery: column.encodedText(),
  'char(5)': column.char(),
  '"char"': column.text(),
  name: column.text(),
  time: column.time(),
  interval: column.interval(),
  point: column.point(),
  line: column.line(),
  lseg: column.lseg(),
  box: column.box(),
  path: column.path(),
  circle: column.circle(),
  r_comp: column.encodedText(),
  r_mood: column.enumeration('sad', 'ok'),
  r_domtext: column.text(),
  r_domint: column.integer(),
  r_domnum: column.numeric(10, 2),
  r_domarr: column.textArray(),
  jsonpath: column.encodedText(),
  pg_lsn: column.encodedText(),
  xid8: column.encodedText(),
  regclass: column.encodedText(),
  cube: column.encodedText(),
  isbn13: column.encodedText(),
  timestamp: column.timestamp(),
  'timestamp(3)': column.timestamp(),
  timestamptz: column.timestamptz(),
  'timestamptz(3)': column.timestamptz(3),
  'timestamptz(0)': column.timestamptz(0),
  date: column.date(),
  numeric: column.numeric(),
  'numeric(5,-2)': column.numeric(5, -2),
  'numeric(10,2)': column.numeric(10, 2),
  json: column.jsonb(),
  smallint: column.smallint(),
  integer: column.integer(),
  bigint: column.bigint(),
  real: column.real(),
  'double precision': column.double(),
  boolean: column.boolean(),
  uuid: column.uuid(),
  bytea: column.bytea(),
  jsonb: column.jsonb(),
  text: column.text(),
  'varchar(9)': column.varchar(),
  hstore: column.hstore(),
}

/** Of which Debezium's form says less than PostgreSQL's, in their own tests below. */
const OTHERWISE = [
  'hstore',
  'hstore[]',
  'timetz',
  'timetz[]',
  'polygon',
  'r_domtext[]',
  'r_domint[]',
]

function columnOf(type: string): Column<unknown> {
  const element = type.endsWith('[]') ? type.slice(0, -2) : type
  const found = scalar[element]
  if (found === undefined) throw new Error(`no column for ${type}`)
  return element === type ? found : column.array(found)
}

/** The value, or the code of the error; decoded both ways, twice. */
function read(definition: Column<unknown>, json: string, origin: string): unknown {
  const shape = new TableShape('a.b.c', { id: column.bigint() }, { it: definition }, false)
  const table = new Table<object, { readonly it: unknown }>(shape)
  const after = objectText({ id: '1', it: json })
  const parts =
    origin === 'snapshot'
      ? { op: 'r', after, source: { snapshot: '"true"' }, transaction: 'null' }
      : { op: 'u', after }
  const record = { key: Buffer.from('{"id":1}'), value: Buffer.from(envelopeText(parts)) }
  const [exact, fast] = [1, 2].map(() => outcome(() => table.decode(record)))
  expect(fast).toEqual(exact)
  const event = exact as { readonly after?: { readonly it: unknown }; readonly code?: string }
  return event.after === undefined ? { code: event.code } : event.after.it
}

const REFUSED: readonly string[] = [
  'varbit 101',
  'varbit 00000000101',
  'varbit ',
  'varbit(8) 101',
  'varbit(8) 00000101',
  'varbit(8) ',
  'interval infinity',
  'interval -infinity',
  'interval PT0S',
  // A snapshot's, and an array's, that could be two dates.
  'snapshot date 0044-03-15 BC',
  'snapshot date 1582-10-04',
  'snapshot date 1582-10-10',
  'snapshot date 0001-01-01',
  'snapshot date 4714-11-24 BC',
  'snapshot date 1500-03-01',
  'snapshot date 1582-10-15',
  'date[] {2026-01-02,NULL,"0044-03-15 BC",1582-10-10}',
  'timestamp[] {"2026-01-02 03:04:05.1",NULL,"0044-03-15 00:00:00 BC","1582-10-10 00:00:00"}',
  'timestamptz[] {"2026-01-02 01:04:05.1+00",NULL,"0044-03-15 00:00:00+00 BC","1582-10-10 00:00:00+00"}',
  // Nulls that may be arrays.
  'integer[] {NULL}',
]

const isNested = (postgres: string): boolean => postgres.startsWith('{{')

describe('a value that Debezium recorded', () => {
  test.each(RECORDED.filter(({ type }) => !OTHERWISE.includes(type)))(
    'of $type, $postgres ($origin), is what PostgreSQL says, or is refused where that cannot be seen',
    ({ type, postgres, origin, json }) => {
      const value = read(columnOf(type), json, origin)
      const names = [`${type} ${postgres}`, `${origin} ${type} ${postgres}`]
      if (
        names.some((name) => REFUSED.includes(name)) ||
        (type.endsWith('[]') && isNested(postgres))
      ) {
        expect(value).toEqual({ code: 'COLUMN_INVALID' })
      } else {
        expect([value, isValueOf(type === 'r_domarr' ? 'text[]' : type, value, postgres)]).toEqual([
          value,
          true,
        ])
      }
    },
  )
})

describe('a column', () => {
  test('of time with time zone is the same moment in UTC', () => {
    const values = RECORDED.filter(({ type }) => type === 'timetz').map(
      ({ postgres, json, origin }) => [postgres, read(column.timetz(), json, origin)],
    )
    expect(new Map(values as [string, unknown][])).toEqual(
      new Map([
        ['24:00:00+02', '22:00:00Z'],
        ['03:04:05.1+00', '03:04:05.1Z'],
      ]),
    )
  })

  test('of an array of a domain, or of a composite type, has the text of each element', () => {
    const values = RECORDED.filter(({ type }) => type.startsWith('r_') && type.endsWith('[]'))
      .filter(({ type }) => type !== 'r_mood[]')
      .map(({ postgres, json, origin }) => [
        postgres,
        read(column.array(column.encodedText()), json, origin),
      ])
    expect(new Map(values as [string, unknown][])).toEqual(
      new Map<string, unknown>([
        ['{a,b}', ['a', 'b']],
        ['{}', []],
        ['{1,2}', ['1', '2']],
        ['{"(1,x)"}', ['(1,x)']],
      ]),
    )
  })

  test('of hstore is JSON of its texts and nulls', () => {
    expect(read(column.hstore(), '"{\\"a\\":\\"1\\",\\"b\\":null}"', 'stream')).toBe(
      '{"a":"1","b":null}',
    )
  })

  test.each([
    ['2026-01-01Z', '2026-01-01'],
    ['9999-12-31Z', '9999-12-31'],
    ['4712-12-31Z', '4712-12-31'],
    ['1582-10-25Z', '1582-10-25'],
    ['+12026-01-01Z', '+12026-01-01'],
    ['+5874897-12-31Z', '+5874897-12-31'],
    ['+292278994-08-16Z', 'infinity'],
    ['+292269055-12-02Z', '-infinity'],
    ['4713-01-01Z', { code: 'COLUMN_INVALID' }],
    ['4714-11-24Z', { code: 'COLUMN_INVALID' }],
    ['1582-10-24Z', { code: 'COLUMN_INVALID' }],
  ])('of date has of a snapshot, of %s, what can only be meant', (text, value) => {
    expect(read(column.date(), JSON.stringify(text), 'snapshot')).toEqual(value)
  })

  test.each([
    ['0001-01-01', '0001-01-01Z', '0001-01-01'],
    ['0001-01-01', '4713-01-01Z', '4713-01-01'],
    ['0001-01-01', '1582-10-20Z', { code: 'COLUMN_INVALID' }],
    ['1600-01-01', '1582-10-20Z', '1582-10-20'],
    ['-0043-01-01', '0045-01-01Z', '0045-01-01'],
    ['-0043-01-01', '0044-01-01Z', { code: 'COLUMN_INVALID' }],
    ['-4713-11-24', '2026-01-01Z', { code: 'COLUMN_INVALID' }],
  ])(
    'of date from %s on has of a snapshot, of %s, what can only be meant',
    (earliest, text, value) => {
      expect(read(column.date({ earliest }), JSON.stringify(text), 'snapshot')).toEqual(value)
    },
  )

  test("of date takes a snapshot's date before 1582 from a key as little as from a row", () => {
    const shape = new TableShape('a.b.c', { on: column.date() }, {}, false)
    const table = new Table(shape)
    const source = { snapshot: '"true"' }
    const after = '{"on":"0044-03-15Z"}'
    const key = Buffer.from(after)
    const value = (op: string): Buffer => Buffer.from(envelopeText({ op, after, source }))
    expect(outcome(() => table.decode({ key, value: value('r') }))).toMatchObject({
      code: 'KEY_INVALID',
    })
    expect(table.decode({ key, value: value('c') })).toMatchObject({ key: { on: '0044-03-15' } })
  })

  test('of timestamp[] has the day of the Julian calendar that Java counted by', () => {
    const read1 = (text: string): unknown =>
      read(column.array(column.timestamp()), JSON.stringify([text]), 'stream')
    expect(read1('-0043-03-13T00:00:00Z')).toEqual(['-0043-03-15T00:00:00'])
    expect(read1('1582-10-14T01:02:03Z')).toEqual(['1582-10-04T01:02:03'])
    expect(read1('1582-10-20T00:00:00Z')).toEqual({ code: 'COLUMN_INVALID' })
    expect(read1('1582-10-25T00:00:00Z')).toEqual(['1582-10-25T00:00:00'])
  })

  test('of timestamp does not take a time that has a zone, nor the other way round', () => {
    expect(read(column.timestamp(), '"2026-07-01T08:00:00.000000Z"', 'stream')).toEqual({
      code: 'COLUMN_INVALID',
    })
    expect(read(column.timestamptz(), '"2026-07-01T10:00:00Z"', 'stream')).toEqual({
      code: 'COLUMN_INVALID',
    })
  })

  test('of interval takes a zero one where the column is declared to hold no infinity', () => {
    expect(read(column.interval({ finite: true }), '"P0Y0M0DT0H0M0S"', 'stream')).toBe(
      'P0Y0M0DT0H0M0S',
    )
  })

  test('of date refuses a first date that is none', () => {
    expect(() => column.date({ earliest: '44 BC' })).toThrow(RangeError)
  })
})
