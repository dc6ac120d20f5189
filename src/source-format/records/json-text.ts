import type { JsonValue } from '../../protobuf/json/json'

/** Compact JSON of a value, exactly: 64-bit integers with all their digits, and the sign of a negative zero. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (Object.is(value, -0)) return '-0.0'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  const fields = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner)}`,
  )
  return `{${fields.join(',')}}`
}
