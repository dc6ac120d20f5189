import type { FilterRun } from './filter-run'
import { indexIn, lengthOf, lowerAscii, upperAscii } from './bounded-text'
import { floored, timestamp, localDate, parseDuration, parseTimestamp } from './timestamp'
import type { ScalarKind } from '../image/value-type'

type ParamKind = ScalarKind | 'list' | 'map'

/** A function that filters may call. It spends the steps beyond one itself. */
export interface FunctionForm {
  readonly name: string
  /** Called as `value.name()`. */
  readonly isMethod: boolean
  /** A method's value first. */
  readonly params: readonly ParamKind[]
  readonly result: ScalarKind
  /** The expected argument, for messages. */
  readonly expects: string
  /** Undefined when it has no value. */
  readonly apply: (run: FilterRun, ...args: readonly never[]) => unknown
}

type Apply = FunctionForm['apply']

const [MIN_INT, MAX_INT, MAX_UINT] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n]
const ZONE_STEPS = 1_000
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

export const asInt = (value: bigint): bigint | undefined =>
  value < MIN_INT || value > MAX_INT ? undefined : value
export const asUint = (value: bigint): bigint | undefined =>
  value < 0n || value > MAX_UINT ? undefined : value

const wholeOf = (value: number): bigint | undefined =>
  Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
const wholeIn = (text: string): bigint | undefined =>
  /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace('+', '')) : undefined
const toInt = (value: bigint | undefined): bigint | undefined =>
  value === undefined ? undefined : asInt(value)
const toUint = (value: bigint | undefined): bigint | undefined =>
  value === undefined ? undefined : asUint(value)

function toDouble(text: string): number | undefined {
  if (text.length > 400) return undefined
  if (NUMBER.test(text)) return Number(text)
  const [, sign, word = ''] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? []
  if (word === '') return undefined
  if (word.toLowerCase() === 'nan') return Number.NaN
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

const doubleText = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)

const TRUTHS: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  false: false,
  FALSE: false,
  False: false,
}

/** From one character to another, as counted in UTF-16; undefined outside of the text. */
function part(text: string, from: bigint, until: bigint): string | undefined {
  if (from < 0n || until < from || until > BigInt(text.length)) return undefined
  return text.slice(Number(from), Number(until))
}

const form = (
  name: string,
  isMethod: boolean,
  params: readonly ParamKind[],
  result: ScalarKind,
  apply: Apply,
  expects = 'it has no value',
): FunctionForm => ({ name, isMethod, params, result, apply, expects })

const convert = (
  name: ScalarKind,
  from: ScalarKind,
  apply: Apply,
  expects = `expected something that ${name}() can read`,
): FunctionForm => form(name, false, [from], name, apply, expects)

const same = (_: FilterRun, value: unknown): unknown => value

const CONVERSIONS: readonly FunctionForm[] = [
  convert('int', 'int', same),
  convert('int', 'uint', (_, value: bigint) => asInt(value)),
  convert('int', 'double', (_, value: number) => toInt(wholeOf(value))),
  convert('int', 'string', (_, text: string) => toInt(wholeIn(text)), 'expected a 64-bit integer'),
  convert('int', 'timestamp', (_, nanos: bigint) => floored(nanos, 1_000_000_000n)),
  convert('uint', 'uint', same),
  convert('uint', 'int', (_, value: bigint) => asUint(value), 'expected a non-negative number'),
  convert('uint', 'double', (_, value: number) => toUint(wholeOf(value))),
  convert(
    'uint',
    'string',
    (_, text: string) => toUint(wholeIn(text)),
    'expected a non-negative 64-bit integer',
  ),
  convert('double', 'double', same),
  convert('double', 'int', (_, value: bigint) => Number(value)),
  convert('double', 'uint', (_, value: bigint) => Number(value)),
  convert('double', 'string', (_, text: string) => toDouble(text), 'expected a number'),
  convert('string', 'string', same),
  convert('string', 'bool', (_, value: boolean) => String(value)),
  convert('string', 'int', (_, value: bigint) => String(value)),
  convert('string', 'uint', (_, value: bigint) => String(value)),
  convert('string', 'double', (_, value: number) => doubleText(value)),
  convert('string', 'bytes', (run, bytes: Uint8Array) => {
    run.spend(bytes.length / 4)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  }),
  convert('bytes', 'bytes', same),
  convert('bytes', 'string', (run, text: string) => {
    run.spend(text.length / 4)
    return Buffer.from(text)
  }),
  convert('bool', 'bool', same),
  convert('bool', 'string', (_, text: string) => TRUTHS[text], 'expected "true" or "false"'),
  convert('timestamp', 'timestamp', same),
  convert(
    'timestamp',
    'string',
    (_, text: string) => parseTimestamp(text),
    'expected RFC 3339 with a zone, like 2026-01-02T03:04:05.678901Z',
  ),
  convert(
    'timestamp',
    'int',
    (_, seconds: bigint) => timestamp(seconds * 1_000_000_000n),
    'expected seconds since 1970 up to the year 9999',
  ),
  convert('duration', 'duration', same),
  convert(
    'duration',
    'string',
    (_, text: string) => parseDuration(text),
    'expected a duration with units (h, m, s, ms, us, ns), like 1h30m',
  ),
]

const SIZES: readonly FunctionForm[] = [true, false].flatMap((isMethod) => [
  form('size', isMethod, ['string'], 'int', (run, text: string) => lengthOf(run, text)),
  form('size', isMethod, ['bytes'], 'int', (_, bytes: Uint8Array) => BigInt(bytes.length)),
  form('size', isMethod, ['list'], 'int', (_, list: readonly unknown[]) => BigInt(list.length)),
  form('size', isMethod, ['map'], 'int', (_, map: ReadonlyMap<string, unknown>) =>
    BigInt(map.size),
  ),
])

const OF_TEXT: readonly FunctionForm[] = [
  form(
    'contains',
    true,
    ['string', 'string'],
    'bool',
    (run, text: string, one: string) => indexIn(run, text, one) >= 0,
  ),
  // A slice is no copy, and compared as memory is. V8 compiles startsWith to a loop over characters, 20 times slower.
  form('startsWith', true, ['string', 'string'], 'bool', (run, text: string, one: string) => {
    run.spend(one.length / 16)
    return text.slice(0, one.length) === one
  }),
  form('endsWith', true, ['string', 'string'], 'bool', (run, text: string, one: string) => {
    run.spend(one.length / 16)
    return one.length <= text.length && text.slice(text.length - one.length) === one
  }),
  form('indexOf', true, ['string', 'string'], 'int', (run, text: string, one: string) =>
    BigInt(indexIn(run, text, one)),
  ),
  form('lowerAscii', true, ['string'], 'string', (run, text: string) => lowerAscii(run, text)),
  form('upperAscii', true, ['string'], 'string', (run, text: string) => upperAscii(run, text)),
  form('trim', true, ['string'], 'string', (run, text: string) => {
    run.spend(text.length / 4)
    return text.trim()
  }),
  form('substring', true, ['string', 'int'], 'string', (_, text: string, from: bigint) =>
    part(text, from, BigInt(text.length)),
  ),
  form(
    'substring',
    true,
    ['string', 'int', 'int'],
    'string',
    (_, text: string, from: bigint, until: bigint) => part(text, from, until),
  ),
]

const DATE_PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => dayOfYear(date),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
}

function dayOfYear(date: Date): number {
  const first = new Date(date)
  first.setUTCMonth(0, 1)
  return Math.round((date.getTime() - first.getTime()) / 86_400_000)
}

const OF_TIMES: readonly FunctionForm[] = Object.entries(DATE_PARTS).flatMap(([name, partOf]) => [
  form(name, true, ['timestamp'], 'int', (_, nanos: bigint) => BigInt(partOf(localDate(nanos)))),
  form(name, true, ['timestamp', 'string'], 'int', (run, nanos: bigint, zone: string) => {
    run.spend(ZONE_STEPS)
    return BigInt(partOf(localDate(nanos, zone)))
  }),
])

const DURATION_PARTS: Readonly<Record<string, bigint>> = {
  getHours: 3_600_000_000_000n,
  getMinutes: 60_000_000_000n,
  getSeconds: 1_000_000_000n,
  getMilliseconds: 1_000_000n,
}

const OF_DURATIONS: readonly FunctionForm[] = Object.entries(DURATION_PARTS).map(([name, unit]) =>
  form(name, true, ['duration'], 'int', (_, nanos: bigint) => nanos / unit),
)

/** The functions that filters may call, besides `has`, `matches` and the macros. */
export const FUNCTIONS: readonly FunctionForm[] = [
  ...CONVERSIONS,
  ...SIZES,
  ...OF_TEXT,
  ...OF_TIMES,
  ...OF_DURATIONS,
]
