const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|([+-])(\d{2}):(\d{2}))$/

/**
 * Nanoseconds since 1970 of an RFC 3339 time with a zone; undefined when it is invalid, such as a day that does not exist.
 */
export function nanoseconds(text: string): bigint | undefined {
  const found = text.length > 40 ? null : RFC_3339.exec(text)
  if (found === null) return undefined
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = found
  const [fraction = '', , sign = '+', zoneHours = '0', zoneMinutes = '0'] = found.slice(7)
  const isTime =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= daysOf(Number(year), Number(month)) &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(zoneHours) <= 23 &&
    Number(zoneMinutes) <= 59
  if (!isTime) return undefined
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60_000 : 60_000)
  return BigInt(local - offset) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The same in microseconds, truncated. */
export function microseconds(text: string): bigint | undefined {
  const nanos = nanoseconds(text)
  if (nanos === undefined) return undefined
  const micros = nanos / 1_000n
  return nanos % 1_000n < 0n ? micros - 1n : micros
}

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}
