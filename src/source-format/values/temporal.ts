import type { JsonValue } from '../../protobuf/json/json'

/** How many of a unit are a second. */
export type UnitsPerSecond = 1_000 | 1_000_000 | 1_000_000_000

const SECONDS_PER_DAY = 86_400n
/** PostgreSQL's first and last timestamps, in seconds since 1970. What Debezium writes for an infinity is outside. */
const FIRST_SECOND = -210_866_803_200n
const LAST_SECOND = 9_224_318_015_999n
const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)
/** Days since 1970 beyond PostgreSQL's dates, with which the algorithm below still is exact. */
const MOST_DAYS = 2 ** 32

/** A date in days since 1970 as ISO 8601 with a Z; undefined when it is none. */
export function dateOfDays(json: JsonValue): string | undefined {
  return typeof json === 'number' && Number.isInteger(json) && Math.abs(json) < MOST_DAYS
    ? `${isoDate(json)}Z`
    : undefined
}

/** A timestamp in units since 1970 as ISO 8601 with a Z, or an infinity; undefined when it is none. */
export function timestampOf(json: JsonValue, unit: UnitsPerSecond): string | undefined {
  const units = whole(json)
  if (units === undefined) return undefined
  if (units === MOST) return 'infinity'
  if (units === LEAST) return '-infinity'
  const perSecond = BigInt(unit)
  // Microseconds of PostgreSQL's last thirty years are too many for 64 bits: Debezium's sum became negative.
  if (unit === 1_000_000 && units < FIRST_SECOND * perSecond) return undefined
  const seconds = floorDivide(units, perSecond)
  if (seconds > LAST_SECOND) return 'infinity'
  if (seconds < FIRST_SECOND) return '-infinity'
  const day = floorDivide(seconds, SECONDS_PER_DAY)
  const clock = clockText(seconds - day * SECONDS_PER_DAY, units - seconds * perSecond, unit)
  return `${isoDate(Number(day))}T${clock}Z`
}

/** A time of day in units since midnight as ISO 8601 with a Z; undefined when it is none. */
export function timeOf(json: JsonValue, unit: UnitsPerSecond): string | undefined {
  const units = whole(json)
  const perSecond = BigInt(unit)
  if (units === undefined || units < 0n || units > SECONDS_PER_DAY * perSecond) return undefined
  return `${clockText(units / perSecond, units % perSecond, unit)}Z`
}

/** A duration in microseconds as ISO 8601 in hours, minutes and seconds; undefined when it is none, or more than could be written. */
export function durationOf(json: JsonValue): string | undefined {
  const micros = whole(json)
  if (micros === undefined || micros === MOST || micros === LEAST) return undefined
  const sign = micros < 0n ? '-' : ''
  const all = micros < 0n ? -micros : micros
  const seconds = all / 1_000_000n
  const part = (value: bigint): string => `${value === 0n ? '' : sign}${value.toString()}`
  const rest = fraction(all % 1_000_000n, 1_000_000)
  const last = `${seconds % 60n === 0n && rest === '' ? '' : sign}${seconds % 60n}${rest}`
  return `P0Y0M0DT${part(seconds / 3_600n)}H${part((seconds / 60n) % 60n)}M${last}S`
}

function whole(json: JsonValue): bigint | undefined {
  if (typeof json === 'bigint') return json
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : undefined
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

function clockText(seconds: bigint, rest: bigint, unit: UnitsPerSecond): string {
  const of = Number(seconds)
  const parts = [Math.floor(of / 3_600), Math.floor(of / 60) % 60, of % 60].map(two).join(':')
  return `${parts}${fraction(rest, unit)}`
}

/** A fraction of a second with its point and without zeros at its end; "" for none. */
function fraction(rest: bigint, unit: UnitsPerSecond): string {
  if (rest === 0n) return ''
  const digits = rest.toString().padStart(String(unit).length - 1, '0')
  return `.${digits.replace(/0+$/, '')}`
}

/** The day of the proleptic Gregorian calendar (H. Hinnant's algorithm `civil_from_days`). */
function isoDate(days: number): string {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${isoYear(year)}-${two(month)}-${two(day)}`
}

/** As Java writes it: a sign before years of more than four digits, and before those BC. */
function isoYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0')
  if (year < 0) return `-${digits}`
  return digits.length > 4 ? `+${digits}` : digits
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
