const LONGEST = 60

/** A decoded JSON value for an error message: as JSON, truncated, with its type if the JSON does not show it. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'bigint') return value.toString()
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
  const short =
    text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text
  return typeof value === 'string' ? `the text ${short}` : short
}
