import type { ByteCursor } from '../fast/byte-cursor'
import { ByteShape } from '../fast/byte-shape'
import type { ColumnCodec } from '../column'

/**
 * `time.precision.mode=isostring`: Debezium writes a Z behind local dates and times
 * too, where it means nothing; it is removed. Fractions keep the microseconds they have (0 to 6 digits).
 */

/** ISO 8601 in UTC, "2026-01-02T01:04:05.678901Z", or PostgreSQL's "infinity", "-infinity". */
export type Instant = string
/** ISO 8601 without a zone, "2026-01-02T03:04:05.678901", or "infinity", "-infinity". */
export type LocalDateTime = string
/** "2026-01-02", or "infinity", "-infinity". */
export type LocalDate = string
/** "03:04:05.678901"; PostgreSQL's 24:00:00 comes as 00:00:00, Debezium does not tell them apart. */
export type LocalTime = string
const INFINITE = new Set(['infinity', '-infinity'])
const YEAR = '([0-9]{4}|[+-][0-9]{4,9})'
const CLOCK = '[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?'
const INSTANT = new RegExp(`^${YEAR}-[0-9]{2}-[0-9]{2}T${CLOCK}Z$`)
const DATE_TIME = new RegExp(`^(${YEAR}-[0-9]{2}-[0-9]{2}T${CLOCK})Z?$`)
const DATE = new RegExp(`^(${YEAR}-[0-9]{2}-[0-9]{2})Z?$`)
const TIME = new RegExp(`^(${CLOCK})Z?$`)
/** PostgreSQL's first year is -4712 (4713 BC); Debezium writes the infinities of date and timestamp as years beyond its range. */
const FIRST_YEAR = -4712
const LAST_YEAR_OF_TIMESTAMP = 294_276
const LAST_YEAR_OF_DATE = 5_874_897

export const instantCodec: ColumnCodec<Instant> = {
  expected: 'an ISO 8601 time in UTC such as "2026-01-02T01:04:05.678901Z"',
  fromJson: (json) =>
    typeof json === 'string' && (INSTANT.test(json) || INFINITE.has(json)) ? json : undefined,
  readsText: true,
  fromBytes: (cursor) => readDateTime(cursor, 0),
}

export const localDateTimeCodec: ColumnCodec<LocalDateTime> = {
  expected: 'an ISO 8601 date and time such as "2026-01-02T03:04:05.678901"',
  fromJson: (json) => local(json, DATE_TIME, LAST_YEAR_OF_TIMESTAMP),
  readsText: true,
  fromBytes: (cursor) => readDateTime(cursor, 1),
}

export const localDateCodec: ColumnCodec<LocalDate> = {
  expected: 'an ISO 8601 date such as "2026-01-02"',
  fromJson: (json) => local(json, DATE, LAST_YEAR_OF_DATE),
  readsText: true,
  fromBytes: (cursor) => {
    const start = cursor.pos + 1
    const fits = start + 12 <= cursor.end && isDate(cursor, start) && endsDate(cursor, start + 8)
    return fits ? cursor.takeContent(start, start + 11, 1) : undefined
  },
}

export const localTimeCodec: ColumnCodec<LocalTime> = {
  expected: 'an ISO 8601 time such as "03:04:05.678901"',
  fromJson: (json) => (typeof json === 'string' ? TIME.exec(json)?.[1] : undefined),
  readsText: true,
  fromBytes: (cursor) => {
    const start = cursor.pos + 1
    const { view, end } = cursor
    if (start + 9 > end) return undefined
    if (!TWO_COLON_D.fits(view.getInt32(start, true))) return undefined
    if (!D_COLON_TWO.fits(view.getInt32(start + 4, true))) return undefined
    const stop = afterFraction(cursor, start + 8)
    return stop === -1 ? undefined : cursor.takeContent(start, stop, 1)
  },
}

function local(json: unknown, pattern: RegExp, lastYear: number): string | undefined {
  if (typeof json !== 'string') return undefined
  if (INFINITE.has(json)) return json
  const match = pattern.exec(json)
  if (match === null) return undefined
  const year = Number(match[2])
  if (year > lastYear) return 'infinity'
  return year < FIRST_YEAR ? '-infinity' : match[1]
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

/** `dropped`: 1 to leave the Z out. */
function readDateTime(cursor: ByteCursor, dropped: number): string | undefined {
  const start = cursor.pos + 1
  const { view, end } = cursor
  if (start + 20 > end || !isDate(cursor, start)) return undefined
  if (!DAY_HOUR_FORM.fits(view.getInt32(start + 8, true))) return undefined
  if (!D_COLON_TWO.fits(view.getInt32(start + 12, true))) return undefined
  if (!D_COLON_TWO.fits(view.getInt32(start + 15, true))) return undefined
  const stop = afterFraction(cursor, start + 19)
  return stop === -1 ? undefined : cursor.takeContent(start, stop, dropped)
}

/** The position behind an optional fraction and the Z; -1 when they do not stand there. */
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
