import type { google } from '../../gen/messages'
import { ValueFault } from './value-fault'

const DAY_SECONDS = 86_400

/**
 * An ISO 8601 instant in UTC (`2026-01-02T03:04:05.678901Z`, up to nine fraction digits) as protobuf's Timestamp.
 * Throws MAP_FAILED for values that a Timestamp cannot represent: "infinity", years outside 1 to 9999.
 */
export function timestampOf(instant: string): google.protobuf.Timestamp {
  // ISO 8601's year 0 is 1 BC.
  const isHeld = instant.charCodeAt(4) === 45 && !instant.startsWith('0000')
  if (!isHeld || instant.length < 20 || !instant.endsWith('Z')) {
    throw new ValueFault(
      `${instant} is not an instant that google.protobuf.Timestamp can hold.`,
      instant,
    )
  }
  const days = daysFromCivil(digits(instant, 0, 4), digits(instant, 5, 7), digits(instant, 8, 10))
  const time =
    digits(instant, 11, 13) * 3_600 + digits(instant, 14, 16) * 60 + digits(instant, 17, 19)
  const fraction = instant.length - 21
  const nanos = fraction <= 0 ? 0 : digits(instant, 20, instant.length - 1) * 10 ** (9 - fraction)
  return { seconds: BigInt(days * DAY_SECONDS + time), nanos }
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let index = from; index < to; index += 1) value = value * 10 + text.charCodeAt(index) - 48
  return value
}

/** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, chrono-compatible date algorithms). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
