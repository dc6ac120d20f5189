import fc from 'fast-check'
import { codePoint } from '../support/code-point'

/** JSON texts that a column of each type may be given: right ones in every form, and wrong ones. */

const jsonString = (text: string): string => JSON.stringify(text)

/** A string with characters escaped that need not be, or surrogates and control characters in every spelling. */
const escapedAnyhow: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\n', '\\u0000', '\\u00e9', '\\ud83d\\ude00'),
      fc.constantFrom('\\ud800', '\\uDFFF', '\u2028', '\u007f', 'é', '€', '😀', 'a', ' ', ']', '}'),
      fc.constantFrom(',"x":', '{', '[', ':', "'", 'null', '__debezium_unavailable_value'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => `"${parts.join('')}"`)

const strings = fc.oneof(
  fc.string({ unit: codePoint }).map(jsonString),
  fc.string({ unit: 'grapheme-ascii', maxLength: 90 }).map(jsonString),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map(jsonString),
  escapedAnyhow,
  fc.constantFrom(
    '""',
    '"__debezium_unavailable_value"',
    '"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="',
    '"{\\"__debezium_unavailable_value\\":\\"__debezium_unavailable_value\\"}"',
    '"\\u005f_debezium_unavailable_value"',
  ),
)

const numbers = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.integer().map(String),
  fc.integer({ min: -70_000, max: 70_000 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('0', '-0', '0.0', '-0.0', '1.0', '1e3', '1E+3', '4.9E-324', '1e400', '10.50'),
  fc.constantFrom('9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993'),
  fc.constantFrom('9223372036854775807', '9223372036854775808', '-9223372036854775808'),
  fc.constantFrom('32767', '32768', '-32768', '2147483647', '2147483648', '-2147483649'),
  fc.constantFrom('01', '1.', '.5', '-', '+1', '1e', '0x10', 'NaN', '1_000', '00', '-01', '1.5.5'),
  fc.constantFrom('"NaN"', '"Infinity"', '"-Infinity"'),
)

const decimals = fc.oneof(
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
      fc.string({ unit: digit(), maxLength: 9 }),
    )
    .map(([whole, fraction]) => jsonString(fraction === '' ? `${whole}` : `${whole}.${fraction}`)),
  fc.constantFrom('"NAN"', '"POSITIVE_INFINITY"', '"NEGATIVE_INFINITY"', '"1."', '".5"', '"-"'),
  fc.constantFrom('"1e5"', '"--1"', '"1.2.3"', '"+1"', '" 1"', '"-0.00"', '12.5', '"00012"'),
)

function digit(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 9 }).map(String)
}

const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'))
const years = fc.oneof(
  fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
  fc.constantFrom('+12345', '-0044', '+5877611', '-5877611', '+292278994', '12345', '-4713', '999'),
)
const fractions = fc.oneof(
  fc.constantFrom('', '.', '.1234567', '.a', ',5'),
  fc.string({ unit: digit(), minLength: 1, maxLength: 6 }).map((text) => `.${text}`),
)
const zones = fc.constantFrom('Z', 'Z', 'Z', 'Z', '', 'z', '+00:00')
const clocks = fc.tuple(two, two, two, fractions).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`)
const days = fc.tuple(years, two, two).map((parts) => parts.join('-'))

const dateTimes = fc.oneof(
  fc.tuple(days, clocks, zones).map(([day, clock, zone]) => jsonString(`${day}T${clock}${zone}`)),
  fc.constantFrom('"infinity"', '"-infinity"', '"2026-01-02 03:04:05Z"', '"2026-1-2T03:04:05Z"'),
)
const dates = fc.oneof(
  fc.tuple(days, zones).map(([day, zone]) => jsonString(day + zone)),
  fc.constantFrom('"infinity"', '"2026-01-0xZ"', '"2026/01/02Z"', '"2026-01-02"', '20089'),
)
const times = fc.oneof(
  fc.tuple(clocks, zones).map(([clock, zone]) => jsonString(clock + zone)),
  fc.constantFrom('"03:04Z"', '"3:04:05Z"', '"03:04:0:Z"', '"03-04-05Z"'),
)

const parts = (letters: string): fc.Arbitrary<string> =>
  fc
    .tuple(...letters.split('').map(() => fc.option(fc.integer({ min: -400, max: 400 }))))
    .map((values) =>
      values
        .map((value, index) => (value === null ? '' : `${value}${letters[index] ?? ''}`))
        .join(''),
    )
const durations = fc.oneof(
  fc.tuple(parts('YMD'), parts('HMS')).map(([day, time]) => jsonString(`P${day}T${time}`)),
  parts('YMD').map((day) => jsonString(`P${day}`)),
  fc.constantFrom('"P0Y0M0DT0H0M0S"', '"PT-0.5S"', '"P"', '"PT"', '"1Y"', '"P1.5Y"', '"PT1.S"'),
)

const uuids = fc.oneof(
  fc.uuid().map(jsonString),
  fc.uuid().map((text) => jsonString(text.toUpperCase())),
  fc
    .tuple(
      fc.uuid(),
      fc.integer({ min: 0, max: 35 }),
      fc.constantFrom('g', 'W', ':', '-', '`', '@', '/'),
    )
    .map(([text, at, wrong]) => jsonString(text.slice(0, at) + wrong + text.slice(at + 1))),
)

const binaries = fc.oneof(
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => jsonString(Buffer.from(bytes).toString('base64'))),
  fc.constantFrom('"AA"', '"AA==="', '"A-_A"', '"AA=A"', '"=AAA"', '"AAA\\n"', '"AB=="'),
)

const arrays = fc.oneof(
  fc
    .array(fc.oneof(strings, fc.constant('null')), { maxLength: 5 })
    .map((list) => `[${list.join(',')}]`),
  fc.constantFrom('["__debezium_unavailable_value"]', '[1]', '[[]]', '["a",]', '[,]', '["a" ,"b"]'),
  fc.constantFrom('["[Ljava.lang.String;@2d98cfb8"]', '[null', '{}', '[true]'),
)

function lists(element: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc
      .array(
        fc.oneof({ weight: 4, arbitrary: element }, { weight: 1, arbitrary: fc.constant('null') }),
        {
          maxLength: 4,
        },
      )
      .map((list) => `[${list.join(',')}]`),
    arrays,
    fc.constant(`[${[...Buffer.from('__debezium_unavailable_value')].join(',')}]`),
  )
}

const points = fc.oneof(
  fc.tuple(numbers, numbers).map(([x, y]) => `{"x":${x},"y":${y},"wkb":"AQ==","srid":null}`),
  fc.constantFrom(
    '{"x":1}',
    '{"y":1.0,"x":-0.0}',
    '{"x":"NaN","y":"Infinity"}',
    '{"x":"1","y":2}',
    '{}',
  ),
)

const booleans = fc.constantFrom('true', 'false', 'True', 'tru', '1', '"true"', 'falsy')
const containers = fc.oneof(
  fc.json(),
  fc.constantFrom('{"a":[{}]}', '[[[]]]', '{"a":1,}', '{"a"}', '[1 2]'),
)
const wrong = fc.oneof(
  strings,
  numbers,
  booleans,
  containers,
  fc.constantFrom('null', 'nul', '', ' 1', '1 '),
)

const OF_TYPE = {
  text: strings,
  json: strings,
  bigint: numbers,
  integer: numbers,
  smallint: numbers,
  double: numbers,
  numeric: decimals,
  boolean: booleans,
  uuid: uuids,
  label: fc.constantFrom(
    '"draft"',
    '"active"',
    '"archived"',
    '"Draft"',
    '"dra"',
    '"drafted"',
    '"dr\\u0061ft"',
    '"é"',
  ),
  timestamptz: dateTimes,
  timestamp: dateTimes,
  date: dates,
  time: times,
  interval: durations,
  array: arrays,
  bytea: binaries,
  timetz: times,
  oid: numbers,
  bits: binaries,
  encoded: fc.oneof(binaries, strings),
  point: points,
  numbers: lists(numbers),
  dates: lists(dates),
  instants: lists(dateTimes),
} as const

export type TextType = keyof typeof OF_TYPE

/** Text for a column of the type: fitting or nearly so, seldom null, seldom something else altogether. */
export function columnText(type: TextType): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 40, arbitrary: OF_TYPE[type] },
    { weight: 2, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: wrong },
  )
}

/** Text of any JSON value, and of some that are not JSON. */
export const anyText: fc.Arbitrary<string> = wrong
