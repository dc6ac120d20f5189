const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

/** Microseconds since 1970 of an RFC 3339 time with a zone; undefined when it is none. Digits beyond are cut off. */
export function microseconds(text: string): bigint | undefined {
  const [, day = '', time = '', fraction = '', zone = ''] = RFC_3339.exec(text) ?? []
  const milliseconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`)
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}
