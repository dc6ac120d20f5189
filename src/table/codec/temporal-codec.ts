import type { ByteCursor } from '../bytes/byte-cursor'
import { ByteShape } from '../bytes/byte-shape'
import type { ColumnCodec } from '../shape/column'
import { dateOfEra, dateOfInstant, INFINITY, isoDay, MINUS_INFINITY } from './jdbc-calendar'

/**
 * `time.precision.mode=isostring`: Debezium also writes a Z after local dates and times, where it has no meaning; it is
 * removed. Fractions keep their number of digits.
 */

/** ISO 8601 in UTC, "2026-01-02T01:04:05.678901Z", or PostgreSQL's "infinity", "-infinity". */
export type Instant = string
/** ISO 8601 without a zone, "2026-01-02T03:04:05.678901", or "infinity", "-infinity". */
export type LocalDateTime = string
/** "2026-01-02", or "infinity", "-infinity". */
export type LocalDate = string
/** "03:04:05.678901"; PostgreSQL's 24:00:00 arrives as 00:00:00, because Debezium does not distinguish them. */
export type LocalTime = string
/** "01:04:05.678901Z", in UTC; the zone that PostgreSQL stores is lost. */
export type UtcTime = string
const INFINITE = new Set([INFINITY, MINUS_INFINITY])
const DAY = '([0-9]{4}|[+-][0-9]{4,9})-[0-9]{2}-[0-9]{2}'
const CLOCK = '[0-9]{2}:[0-9]{2}:[0-9]{2}'
const FRACTION = '(?:\\.[0-9]{1,6})?'
/** Fraction of a timestamp without time zone: no trailing zeros, which only one with a time zone has. */
const SHORT_FRACTION = '(?:\\.[0-9]{0,5}[1-9])?'
const DATE_TIME = new RegExp(`^((${DAY})(T${CLOCK}${SHORT_FRACTION}))Z?$`)
const DATE = new RegExp(`^(${DAY})Z?$`)
const TIME = new RegExp(`^(${CLOCK}${FRACTION})Z?$`)
const UTC_TIME = new RegExp(`^${CLOCK}${FRACTION}Z$`)
/** PostgreSQL's first year is -4713 (4714 BC); Debezium writes the infinities of date and timestamp as years beyond its range. */
const FIRST_YEAR = -4713
const LAST_YEAR_OF_TIMESTAMP = 294_276
const LAST_YEAR_OF_DATE = 5_874_897

/** A timestamp with time zone and a precision: Debezium writes exactly that many digits, trailing zeros included. */
export function instantCodec(precision: number): ColumnCodec<Instant> {
  const fraction = precision === 0 ? '' : `\\.[0-9]{${precision}}`
  const instant = new RegExp(`^${DAY}T${CLOCK}${fraction}Z$`)
  // The elements of an array have six digits at any precision.
  const element = new RegExp(`^(${DAY})(T${CLOCK}(?:${fraction}|\\.[0-9]{6})Z)$`)
  return {
    expected: `an ISO 8601 time in UTC such as "2026-01-02T01:04:05${'.678901'.slice(0, precision === 0 ? 0 : precision + 1)}Z", with ${precision} digits of a second's fraction, as a timestamptz${precision === 6 ? '' : `(${precision})`} has (a timestamp without time zone has no zeros at its end)`,
    fromJson: (json) =>
      typeof json === 'string' && (instant.test(json) || INFINITE.has(json)) ? json : undefined,
    fromElement: (json) => {
      if (typeof json !== 'string') return undefined
      if (INFINITE.has(json)) return json
      const match = element.exec(json)
      const date = match === null ? undefined : dateOfEra(match[1] as string, undefined)
      return date === undefined || INFINITE.has(date) ? date : `${date}${match?.[3] ?? ''}`
    },
    readsText: true,
    fromBytes: (cursor) => readDateTime(cursor, 0, precision),
  }
}

export const localDateTimeCodec: ColumnCodec<LocalDateTime> = {
  expected:
    'an ISO 8601 date and time such as "2026-01-02T03:04:05.678901", whose fraction has no zeros at its end (a timestamp with time zone has)',
  fromJson: (json) => local(json, DATE_TIME, LAST_YEAR_OF_TIMESTAMP),
  fromElement: (json) => {
    const value = local(json, DATE_TIME, LAST_YEAR_OF_TIMESTAMP)
    if (value === undefined || INFINITE.has(value)) return value
    const time = value.indexOf('T')
    const date = dateOfInstant(value.slice(0, time))
    return date === undefined ? undefined : date + value.slice(time)
  },
  readsText: true,
  fromBytes: (cursor) => readDateTime(cursor, 1, undefined),
}

/** Options of `date`. */
export interface DateOptions {
  /**
   * The earliest date in the column, ISO 8601 ("0001-01-01", "-0043-03-15" for 44 BC), as guaranteed by a CHECK constraint.
   * With it a snapshot's date is distinguished from the date BC with the same text.
   */
  readonly earliest?: string
}

export function localDateCodec({ earliest }: DateOptions = {}): ColumnCodec<LocalDate> {
  const first = earliest === undefined ? undefined : isoDay(earliest)
  if (earliest !== undefined && first === undefined) {
    throw new RangeError(`earliest is "${earliest}", which is not an ISO 8601 date.`)
  }
  const isAmbiguous = first !== undefined && first.year < 1
  const ofCalendar = (json: unknown): LocalDate | undefined => {
    const date = local(json, DATE, LAST_YEAR_OF_DATE)
    if (date === undefined || date === MINUS_INFINITY) return date
    if (date === INFINITY) return dateOfEra(String(json).replace('Z', ''), first)
    return date.startsWith('-') || date.startsWith('0000') ? date : dateOfEra(date, first)
  }
  return {
    expected:
      'an ISO 8601 date such as "2026-01-02" (in a snapshot or an array: that cannot be another one BC or of October 1582, see `earliest`)',
    fromJson: (json, origin) =>
      origin === 'snapshot' ? ofCalendar(json) : local(json, DATE, LAST_YEAR_OF_DATE),
    fromElement: ofCalendar,
    readsOrigin: true,
    readsText: true,
    fromBytes: (cursor) => {
      if (isAmbiguous) return undefined
      const start = cursor.pos + 1
      const fits = start + 12 <= cursor.end && isDate(cursor, start) && endsDate(cursor, start + 8)
      return fits && isModern(cursor, start) ? cursor.takeContent(start, start + 11, 1) : undefined
    },
  }
}

export const localTimeCodec: ColumnCodec<LocalTime> = {
  expected: 'an ISO 8601 time such as "03:04:05.678901"',
  fromJson: (json) => (typeof json === 'string' ? TIME.exec(json)?.[1] : undefined),
  readsText: true,
  fromBytes: (cursor) => readTime(cursor, 1),
}

export const utcTimeCodec: ColumnCodec<UtcTime> = {
  expected: 'an ISO 8601 time in UTC such as "01:04:05.678901Z"',
  fromJson: (json) => (typeof json === 'string' && UTC_TIME.test(json) ? json : undefined),
  readsText: true,
  fromBytes: (cursor) => readTime(cursor, 0),
}

function local(json: unknown, pattern: RegExp, lastYear: number): string | undefined {
  if (typeof json !== 'string') return undefined
  if (INFINITE.has(json)) return json
  const match = pattern.exec(json)
  if (match === null) return undefined
  const year = Number.parseInt(match[1] as string, 10)
  if (year > lastYear) return INFINITY
  return year < FIRST_YEAR ? MINUS_INFINITY : match[1]
}

const YEAR_FORM = new ByteShape('dddd')
const MONTH_FORM = new ByteShape('-dd-')
const DAY_HOUR_FORM = new ByteShape('ddTd')
const D_COLON_TWO = new ByteShape('d:dd')
const TWO_COLON_D = new ByteShape('dd:d')
const LAST_OF_DATE = new ByteShape('ddZ"')

function isDate({ view }: ByteCursor, start: number): boolean {
  return (
    YEAR_FORM.fits(view.getInt32(start, true)) && MONTH_FORM.fits(view.getInt32(start + 4, true))
  )
}

function endsDate({ view }: ByteCursor, start: number): boolean {
  return LAST_OF_DATE.fits(view.getInt32(start, true))
}

/** Whether a snapshot's date is certain without a closer check: from 1600 on, except in the century of PostgreSQL's first date. */
function isModern({ bytes }: ByteCursor, start: number): boolean {
  const century = ((bytes[start] as number) - 48) * 10 + (bytes[start + 1] as number) - 48
  return century >= 16 && century !== 47
}

function readTime(cursor: ByteCursor, dropped: number): string | undefined {
  const start = cursor.pos + 1
  const { view, end } = cursor
  if (start + 9 > end) return undefined
  if (!TWO_COLON_D.fits(view.getInt32(start, true))) return undefined
  if (!D_COLON_TWO.fits(view.getInt32(start + 4, true))) return undefined
  const stop = afterFraction(cursor, start + 8)
  return stop === -1 ? undefined : cursor.takeContent(start, stop, dropped)
}

/** `dropped`: 1 to omit the Z. `precision`: number of fraction digits; without it, any number without trailing zeros. */
function readDateTime(
  cursor: ByteCursor,
  dropped: number,
  precision: number | undefined,
): string | undefined {
  const start = cursor.pos + 1
  const { view, end } = cursor
  if (start + 20 > end || !isDate(cursor, start)) return undefined
  if (!DAY_HOUR_FORM.fits(view.getInt32(start + 8, true))) return undefined
  if (!D_COLON_TWO.fits(view.getInt32(start + 12, true))) return undefined
  if (!D_COLON_TWO.fits(view.getInt32(start + 15, true))) return undefined
  const stop = afterFraction(cursor, start + 19)
  if (stop === -1) return undefined
  const digits = stop === start + 20 ? 0 : stop - start - 21
  const isUsual =
    precision === undefined ? digits === 0 || cursor.bytes[stop - 2] !== ZERO : digits === precision
  return isUsual ? cursor.takeContent(start, stop, dropped) : undefined
}

const ZERO = 0x30

/** The position after an optional fraction and the Z; -1 if the bytes are neither. */
function afterFraction({ bytes }: ByteCursor, at: number): number {
  let p = at
  if (bytes[p] === 0x2e) {
    const first = ++p
    let digit = (bytes[p] as number) - 48
    while (digit >= 0 && digit <= 9) digit = (bytes[++p] as number) - 48
    if (p === first || p > first + 6) return -1
  }
  return bytes[p] === 0x5a ? p + 1 : -1
}
