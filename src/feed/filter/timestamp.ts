import { nanoseconds } from '../cursor/commit-time'

/*
 * Timestamps and durations of filters: nanoseconds in a bigint, so that they compare exactly.
 */

const SECOND = 1_000_000_000n
/** 0001-01-01T00:00:00Z and the last nanosecond of the year 9999. */
const [EARLIEST, LATEST] = [-62_135_596_800n * SECOND, 253_402_300_800n * SECOND - 1n]

const UNITS: Readonly<Record<string, bigint>> = {
  h: 3_600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
}

/** Undefined when it is out of the range of Timestamp. */
export const timestamp = (nanos: bigint): bigint | undefined =>
  nanos < EARLIEST || nanos > LATEST ? undefined : nanos

export function parseTimestamp(text: string): bigint | undefined {
  const nanos = nanoseconds(text)
  return nanos === undefined ? undefined : timestamp(nanos)
}

/** Parses `1h30m` or `-1.5s`; undefined for other text. */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > 64) return undefined
  const [, sign, parts = ''] =
    /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|m|s|us|µs|ns))+)$/.exec(text) ?? []
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of parts.matchAll(
    /(\d*)(?:\.(\d*))?(h|ms|m|s|us|µs|ns)/g,
  )) {
    const size = UNITS[unit] ?? 0n
    const digits = fraction.slice(0, 12)
    nanos +=
      BigInt(whole || '0') * size + (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length)
  }
  return parts === '' ? undefined : duration(sign === '-' ? -nanos : nanos)
}

/** Undefined when it is out of range. */
export const duration = (nanos: bigint): bigint | undefined =>
  nanos > LATEST - EARLIEST || nanos < EARLIEST - LATEST ? undefined : nanos

const formats = new Map<string, Intl.DateTimeFormat>()
const MAX_FORMATS = 100

/** Whether `localDate` accepts it: a name of the IANA database, such as `Europe/Berlin`, or `+02:00`. */
export function isZone(zone: string): boolean {
  try {
    localDate(0n, zone)
    return true
  } catch {
    return false
  }
}

/** A Date whose parts in UTC are those of the clock in the zone. */
export function localDate(nanos: bigint, zone = '+00:00'): Date {
  const date = new Date(Number(floored(nanos, 1_000_000n)))
  const [, sign, hours, minutes] = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/.exec(zone) ?? []
  if (sign !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000)
    return new Date(date.getTime() + offset)
  }
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const local = new Date(date)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute, second)
  return local
}

export const floored = (value: bigint, by: bigint): bigint =>
  value / by - (value % by < 0n ? 1n : 0n)

function formatOf(zone: string): Intl.DateTimeFormat {
  const found = formats.get(zone)
  if (found !== undefined) return found
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formats.size >= MAX_FORMATS) formats.clear()
  formats.set(zone, made)
  return made
}
