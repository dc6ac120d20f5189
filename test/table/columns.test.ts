import * as column from '../../src/table/columns'
import type { Column } from '../../src/table/shape/column'
import { Table } from '../../src/table/table'
import { TableShape } from '../../src/table/shape/table-shape'
import { envelopeText, objectText } from './envelope-text'
import { outcome } from './outcome'

const key = Buffer.from('{"id":1}')

/** What a column of the definition makes of a JSON text: exactly, and again on the fast path where that takes it. */
function read(definition: Column<unknown>, text: string): unknown {
  const shape = new TableShape('a.b.c', { id: column.bigint() }, { it: definition }, false)
  const table = new Table<object, { readonly it: unknown }>(shape)
  const record = {
    key,
    value: Buffer.from(envelopeText({ after: objectText({ id: '1', it: text }) })),
  }
  const [exact, fast] = [1, 2].map(() => outcome(() => table.decode(record)))
  expect(fast).toEqual(exact)
  const { after, code } = exact as {
    readonly after?: { readonly it: unknown }
    readonly code?: string
  }
  return after === undefined ? code : after.it
}

const MOST = '9223372036854775807'
const LEAST = '-9223372036854775808'

/** A column, texts with their values, texts that do not fit. */
const CASES: readonly (readonly [
  string,
  Column<unknown>,
  Readonly<Record<string, unknown>>,
  readonly string[],
])[] = [
  [
    'bigint',
    column.bigint(),
    {
      '0': 0n,
      '-1': -1n,
      '9007199254740993': 9007199254740993n,
      [MOST]: 2n ** 63n - 1n,
      [LEAST]: -(2n ** 63n),
    },
    ['9223372036854775808', '-9223372036854775809', '1.5', '"1"', 'true', 'null', '1e30'],
  ],
  [
    'integer',
    column.integer(),
    { '0': 0, '-2147483648': -2147483648, '-0': 0 },
    ['2147483648', '1.5', '"1"'],
  ],
  ['smallint', column.smallint(), { '32767': 32767, '-32768': -32768 }, ['32768', '-32769']],
  [
    'double',
    column.double(),
    { '0.1': 0.1, '4.9E-324': 5e-324, '-0.0': -0, '7': 7, '"NaN"': NaN, '"-Infinity"': -Infinity },
    ['"nan"', '"1.5"', 'true'],
  ],
  [
    'numeric',
    column.numeric(),
    {
      '"12.30"': '12.30',
      '"-0.0001"': '-0.0001',
      '"NAN"': 'NaN',
      '"NEGATIVE_INFINITY"': '-Infinity',
    },
    ['12.30', '"1e5"', '""', '"."', '"NaN"'],
  ],
  ['boolean', column.boolean(), { true: true, false: false }, ['1', '"true"', 'null']],
  ['text', column.text(), { '""': '', '"\\u0041é\\n"': 'Aé\n' }, ['1', '[]', 'null']],
  [
    'uuid',
    column.uuid(),
    { '"7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111"': '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111' },
    ['""', '"7f2c9a52-53a8-4a0e-9a57-2f6c36a3b11"', '"7f2c9a52-53a8-4a0e-9a57-2f6c36a3b11g"'],
  ],
  [
    'enumeration',
    column.enumeration('on', 'onward', 'naïve'),
    { '"on"': 'on', '"onward"': 'onward', '"naïve"': 'naïve' },
    ['"onw"', '"onwards"', '"On"', '""', '1'],
  ],
  [
    'timestamptz',
    column.timestamptz(),
    {
      '"2026-01-02T01:04:05.678901Z"': '2026-01-02T01:04:05.678901Z',
      '"2026-01-02T01:04:05.000000Z"': '2026-01-02T01:04:05.000000Z',
      '"+12345-01-02T01:04:05.100000Z"': '+12345-01-02T01:04:05.100000Z',
      '"infinity"': 'infinity',
      '"-infinity"': '-infinity',
    },
    [
      '"2026-01-02T01:04:05Z"',
      '"2026-01-02T01:04:05.1Z"',
      '"2026-01-02T01:04:05.000000"',
      '"2026-01-02T01:04:05.000000+01:00"',
      '"2026-01-02T01:04:05.1234567Z"',
      '1795260811382602',
    ],
  ],
  [
    'timestamp',
    column.timestamp(),
    {
      '"2026-01-02T03:04:05.678901Z"': '2026-01-02T03:04:05.678901',
      '"2026-01-02T03:04:05"': '2026-01-02T03:04:05',
      '"+294276-12-31T23:59:59.999999Z"': '+294276-12-31T23:59:59.999999',
      '"+292278994-08-16T23:00:00Z"': 'infinity',
      '"-292275055-05-16T23:00:00Z"': '-infinity',
      '"-4712-01-01T00:00:00Z"': '-4712-01-01T00:00:00',
    },
    ['"2026-01-02"', '"2026-01-02T3:04:05Z"', '1767323045678901'],
  ],
  [
    'date',
    column.date(),
    {
      '"2026-01-02Z"': '2026-01-02',
      '"2026-01-02"': '2026-01-02',
      '"+5874897-12-31Z"': '+5874897-12-31',
      '"+5877611-06-21Z"': 'infinity',
      '"-5877611-06-22Z"': '-infinity',
    },
    ['20455', '"2026-1-2Z"', '"2026-01-02T00:00:00Z"'],
  ],
  [
    'time',
    column.time(),
    {
      '"03:04:05.678901Z"': '03:04:05.678901',
      '"03:04:05Z"': '03:04:05',
      '"03:04:05.1"': '03:04:05.1',
    },
    ['"03:04Z"', '"03:04:05.Z"', '11045678901'],
  ],
  [
    'interval',
    column.interval(),
    {
      '"P1Y2M3DT4H5M6.789S"': 'P1Y2M3DT4H5M6.789S',
      '"P-1Y-2M3DT-4H-5M-6.789S"': 'P-1Y-2M3DT-4H-5M-6.789S',
      '"PT0.5S"': 'PT0.5S',
      '"P3D"': 'P3D',
      // As Debezium writes 14.454866, -40.13354, 0.000001, 9.999999 and 3 seconds that it has reckoned in floating point.
      '"P3Y0M0DT0H5M14.454865999S"': 'P3Y0M0DT0H5M14.454866S',
      '"P0Y0M0DT0H0M-40.133539999S"': 'P0Y0M0DT0H0M-40.13354S',
      '"PT0.000000999S"': 'PT0.000001S',
      '"PT9.999998999S"': 'PT9.999999S',
      '"PT2.999999999S"': 'PT3S',
    },
    ['"P"', '"PT"', '"P1.5D"', '"P1D2Y"', '"PT5M4H"', '"1 day"', '86400000000'],
  ],
  [
    'jsonb',
    column.jsonb(),
    { '"{\\"a\\": 12345678901234567890}"': '{"a": 12345678901234567890}', '"null"': 'null' },
    ['{"a":1}', 'null'],
  ],
  [
    'textArray',
    column.textArray(),
    { '[]': [], '["a",null,"b\\"c"]': ['a', null, 'b"c'], '[""]': [''] },
    ['"{a}"', '[1]', '[["a"]]', 'null', '["[Ljava.lang.String;@2d98cfb8"]'],
  ],
  [
    'bytea',
    column.bytea(),
    {
      '""': Buffer.alloc(0),
      '"3q2+7w=="': Buffer.from('deadbeef', 'hex'),
      '"AP8="': Buffer.from('00ff', 'hex'),
      '"AP8B"': Buffer.from('00ff01', 'hex'),
    },
    ['"3q2+7w"', '"3q2-7w=="', '"3==="', '"\\\\xdeadbeef"', '[222]'],
  ],
]

describe('a column of type', () => {
  test.each(CASES)(
    '%s gives the value that was meant, and refuses what it cannot mean',
    (_, definition, right, wrong) => {
      const values = Object.keys(right).map((text) => [text, read(definition, text)])
      expect(values).toEqual(Object.entries(right))
      const refused = wrong.map((text) => [text, read(definition, text)])
      expect(refused).toEqual(wrong.map((text) => [text, 'COLUMN_INVALID']))
    },
  )

  test.each(CASES)('%s takes null when it is nullable', (_, definition) => {
    expect(read(definition.nullable(), 'null')).toBeNull()
  })

  test('bytea gives every length of bytes, whichever way it is decoded', () => {
    const bytes = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 89) & 0xff))
    for (let length = 0; length < 200; length++) {
      const part = bytes.subarray(0, length)
      expect(read(column.bytea(), JSON.stringify(part.toString('base64')))).toEqual(part)
    }
  })
})
