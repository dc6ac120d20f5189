/** A primary key by column. */
export type KeyColumns = Readonly<Record<string, unknown>>

/**
 * A primary key as text: the record key and the subject of a fact, and the key of a lookup table's row. One column:
 * its value as it is. Several: in the order of the definition, percent-encoded, with commas between.
 */
export function keyText(key: KeyColumns): string {
  const values = Object.values(key)
  if (values.length === 1) return columnText(values[0])
  return values.map((value) => encodeURIComponent(columnText(value))).join(',')
}

/** One key column's value as text; keys are never null, and no other type has ambiguous text. */
export function columnText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Buffer.isBuffer(value)) return value.toString('base64')
  // Elements may contain commas.
  if (Array.isArray(value)) {
    return JSON.stringify(value.map((element) => (element === null ? null : columnText(element))))
  }
  return String(value)
}
