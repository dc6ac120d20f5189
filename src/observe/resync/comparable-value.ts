import { createHash } from 'node:crypto'

/** Converts a column's values in facts and PostgreSQL's text of the table's values to a common form. */
export interface Comparison {
  /** Common form of a fact's value that is not null. */
  readonly ofFact: (value: unknown) => string
  /** Common form of PostgreSQL's text of a value (ISO dates and intervals, TimeZone UTC, bytea in hex). */
  readonly ofTable: (text: string) => string
  /** Whether the table's text is compared unchanged, so that its hash can be compared instead. */
  readonly isVerbatim: boolean
}

/** Bytes from which a text is compared by its hash, to save memory. */
export const LONG = 1_024

/** Prefix of a hashed text: `sha256:` and the hash of its UTF-8 in hex. */
export const HASHED = 'sha256:'

/** Undefined for a type whose values cannot be compared between Debezium and PostgreSQL. */
export function comparison(type: string): Comparison | undefined {
  if (type.endsWith('[]')) return ofArray(ofElement(type.slice(0, -2)))
  return ALONE[type] ?? ofElement(type)
}

const ofElement = (type: string): Comparison | undefined =>
  VERBATIM.has(type) ? verbatim : OTHERS[type]

const VERBATIM = new Set([
  'bigint',
  'integer',
  'smallint',
  'oid',
  'text',
  'character varying',
  'name',
  '"char"',
  'citext',
  'uuid',
  'enum',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'ltree',
  'xml',
  'json',
  'jsonb',
  'tsvector',
  'composite',
  'bytea',
  'int4range',
  'int8range',
  'numrange',
  'daterange',
  'tsrange',
  'tstzrange',
])

const verbatim: Comparison = { ofFact: written, ofTable: (text) => text, isVerbatim: true }

function same(normal: (text: string) => string): Comparison {
  return { ofFact: (value) => normal(written(value)), ofTable: normal, isVerbatim: false }
}

const truth = (text: string): string => (['t', 'true', '1'].includes(text) ? 't' : 'f')

const OTHERS: Readonly<Record<string, Comparison>> = {
  boolean: same(truth),
  // bit(1) may be declared as a boolean.
  bit: same((text) => (text.length > 1 && !/^(true|false)$/.test(text) ? text : truth(text))),
  real: same((text) => String(Math.fround(Number(text)))),
  'double precision': same((text) => String(Number(text))),
  numeric: same(withoutZeros),
  character: same((text) => text.replace(/ +$/, '')),
  date: { ofFact: (value) => withEra(written(value)), ofTable: (text) => text, isVerbatim: false },
  'time without time zone': same((text) => withoutZeros(text).replace(/^24:/, '00:')),
  'timestamp without time zone': instant(''),
  'timestamp with time zone': instant('+00'),
  'time with time zone': {
    ofFact: (value) => withoutZeros(written(value).replace(/Z$/, '')),
    ofTable: inUtc,
    isVerbatim: false,
  },
  interval: same(duration),
}

/** Types of which Debezium writes no arrays. */
const ALONE: Readonly<Record<string, Comparison>> = {
  ...Object.fromEntries(
    ['point', 'line', 'lseg', 'box', 'path', 'circle'].map((type) => [type, same(shortNumbers)]),
  ),
  hstore: {
    ofFact: (value) => sortedPairs(Object.entries(JSON.parse(written(value)) as object)),
    ofTable: (text) => sortedPairs(hstorePairs(text)),
    isVerbatim: false,
  },
}

function written(value: unknown): string {
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value)
}

/** Removes trailing zeros of a fraction. */
function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** PostgreSQL writes a time with the offset of its zone, facts have it in UTC. */
function inUtc(text: string): string {
  const [, hours, minutes, seconds, fraction = '', sign, ...offset] =
    /^(\d+):(\d+):(\d+)(\.\d+)?([+-])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text) ?? []
  if (hours === undefined) return text
  const count = (parts: readonly (string | undefined)[]): number =>
    parts.reduce((sum, part, index) => sum + Number(part ?? 0) * 60 ** (2 - index), 0)
  const shift = count(offset) * (sign === '-' ? 1 : -1)
  const at = (count([hours, minutes, seconds]) + shift + 2 * DAY) % DAY
  const parts = [Math.trunc(at / 3_600), Math.trunc(at / 60) % 60, at % 60]
  return withoutZeros(parts.map((part) => String(part).padStart(2, '0')).join(':') + fraction)
}

/** Seconds. */
const DAY = 86_400

function shortNumbers(text: string): string {
  return text.replace(/-?\d[\d.]*(?:e[+-]?\d+)?/g, (number) => String(Number(number)))
}

const hstorePairs = (text: string): readonly (readonly [string, string | null])[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)/gs)].map(
    ([, key = '', value]) => [unescaped(key), value === undefined ? null : unescaped(value)],
  )

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1')

const sortedPairs = (pairs: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)))

/** ISO 8601 in facts; PostgreSQL uses a space instead of the T, and the era at the end. */
function instant(zone: string): Comparison {
  return {
    ofFact: (value) => {
      const [day = '', clock] = written(value).split('T')
      if (clock === undefined) return day
      const [date = '', era = ''] = withEra(day).split(/(?= BC$)/)
      return `${date} ${withoutZeros(clock.replace(/Z$/, ''))}${zone}${era}`
    },
    ofTable: (text) => text,
    isVerbatim: false,
  }
}

/** ISO 8601 has a year 0 and signs, PostgreSQL has eras. */
function withEra(date: string): string {
  const [, year, rest = ''] = /^([+-]?\d+)(-\d\d-\d\d)$/.exec(date) ?? []
  if (year === undefined) return date
  const number = Number(year)
  const shown = String(number < 1 ? 1 - number : number).padStart(4, '0')
  return `${shown}${rest}${number < 1 ? ' BC' : ''}`
}

/** The parts of an ISO 8601 duration that are not zero. */
function duration(text: string): string {
  let isTime = false
  const parts = [...text.matchAll(/(-?[\d.]+)([YMDHS])|T/g)].flatMap(([all, number, unit]) => {
    if (all === 'T') isTime = true
    return Number(number ?? 0) === 0 ? [] : [`${Number(number)}${isTime ? 'T' : ''}${unit ?? ''}`]
  })
  return parts.length === 0 && !/\d/.test(text) ? text : parts.join(' ')
}

function ofArray(element: Comparison | undefined): Comparison | undefined {
  if (element === undefined) return undefined
  const list = (values: readonly unknown[], of: (value: never) => string): string =>
    JSON.stringify(values.map((value) => (value === null ? null : of(value as never))))
  return {
    ofFact: (value) => (Array.isArray(value) ? list(value, element.ofFact) : String(value)),
    ofTable: (text) => {
      const elements = arrayElements(text)
      return elements === undefined ? text : list(elements, element.ofTable)
    },
    isVerbatim: false,
  }
}

/** The elements of a one-dimensional array's text; undefined for one of several dimensions. */
function arrayElements(text: string): readonly (string | null)[] | undefined {
  const body = text.replace(/^\[[^=]*\]=/, '')
  if (body.startsWith('{{')) return undefined
  const elements = body.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs)
  return [...elements].map(([, quoted, plain]) => {
    if (quoted !== undefined) return unescaped(quoted)
    return plain === undefined || plain.toUpperCase() === 'NULL' ? null : plain
  })
}

/** Digest of a row's compared values; equal rows have equal digests. */
export function digestOf(values: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64')
}

/** A fact's value in the form of `digestOf`. */
export function factText(value: unknown, { ofFact, isVerbatim }: Comparison): string | null {
  if (value === null || value === undefined) return null
  const text = ofFact(value)
  if (!isVerbatim || Buffer.byteLength(text) <= LONG) return text
  return HASHED + createHash('sha256').update(text).digest('hex')
}
