import type { ColumnCodec } from '../shape/column'
import type { ByteCursor } from '../bytes/byte-cursor'

/** ISO 8601 duration, "P1Y2M3DT4H5M6.789S"; each part has its own sign. */
export type Duration = string

const PART = '-?[0-9]+'
const DURATION = new RegExp(
  `^P(?=.)(?:${PART}Y)?(?:${PART}M)?(?:${PART}D)?(?:T(?=.)(?:${PART}H)?(?:${PART}M)?(?:${PART}(?:\\.[0-9]+)?S)?)?$`,
)

/** What Debezium writes for a zero interval and for both infinite ones. */
const ZERO = 'P0Y0M0DT0H0M0S'

/** Options of `interval`. */
export interface IntervalOptions {
  /** Whether the column has no infinite interval, as CHECK (isfinite(...)) guarantees; only then is a zero interval certain. */
  readonly finite?: boolean
}

/** An interval with `interval.handling.mode=string`. */
export function durationCodec({ finite = false }: IntervalOptions = {}): ColumnCodec<Duration> {
  return {
    expected: finite
      ? 'an ISO 8601 duration such as "P1Y2M3DT4H5M6.789S"'
      : `an ISO 8601 duration such as "P1Y2M3DT4H5M6.789S", but not ${ZERO}, which Debezium also writes for infinity and -infinity: declare interval({ finite: true }) where the column holds neither`,
    fromJson: (json) =>
      typeof json === 'string' && DURATION.test(json) && (finite || json !== ZERO)
        ? toMicroseconds(json)
        : undefined,
    readsText: true,
    fromBytes: (cursor) => {
      const duration = readDuration(cursor)
      if (duration === undefined || (!finite && duration === ZERO)) return undefined
      return toMicroseconds(duration)
    },
  }
}

/** Seconds with more than PostgreSQL's six fraction digits. */
const NANOSECONDS = /(\d+)\.(\d{7,})S$/

/**
 * The duration rounded to microseconds, PostgreSQL's precision. Debezium computes the seconds in floating point and
 * truncates them to nanoseconds: 14.454866 s arrives as 14.454865999 s.
 */
function toMicroseconds(duration: Duration): Duration {
  return duration.replace(NANOSECONDS, (_, whole: string, fraction: string) => {
    const digits = fraction.slice(0, 7)
    const micros = BigInt(whole + digits.slice(0, 6)) + (Number(digits[6]) >= 5 ? 1n : 0n)
    const text = String(micros).padStart(7, '0')
    const rest = text.slice(-6).replace(/0+$/, '')
    return `${text.slice(0, -6)}${rest === '' ? '' : `.${rest}`}S`
  })
}

/** Designators of a duration's parts in order, before and after the T. */
const DATE_PARTS = Buffer.from('YMD')
const TIME_PARTS = Buffer.from('HMS')

/** A duration with some or all designators, at least one after a T; only seconds may have a fraction. */
function readDuration(cursor: ByteCursor): string | undefined {
  const start = cursor.pos + 1
  if (cursor.bytes[start] !== 0x50) return undefined
  let p = readParts(cursor, start + 1, DATE_PARTS)
  if (cursor.bytes[p] === 0x54) {
    const time = p + 1
    p = readParts(cursor, time, TIME_PARTS)
    if (p === time) return undefined
  }
  return p === start + 1 ? undefined : cursor.takeContent(start, p)
}

/** End of the parts that begin at `from`: the position of the first byte that belongs to none. */
function readParts({ bytes }: ByteCursor, from: number, designators: Uint8Array): number {
  let end = from
  for (let next = 0; next < designators.length;) {
    const first = bytes[end] === 0x2d ? end + 1 : end
    let p = first
    while (isDigit(bytes[p])) p++
    if (p === first) return end
    let isFraction = false
    if (bytes[p] === 0x2e) {
      isFraction = true
      const fraction = ++p
      while (isDigit(bytes[p])) p++
      if (p === fraction) return end
    }
    while (next < designators.length && designators[next] !== bytes[p]) next++
    if (next === designators.length || (isFraction && bytes[p] !== 0x53)) return end
    next++
    end = p + 1
  }
  return end
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}
