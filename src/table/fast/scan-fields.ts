import type { ByteCursor } from '../bytes/byte-cursor'

/** A field of an object, by positions in the cursor's ArrayBuffer. */
export interface ScannedField {
  readonly name: string
  /** Start of the value. */
  readonly start: number
  readonly end: number
}

/** The fields of the compact object at the cursor, by name; undefined for other forms: whitespace, repeated names. */
export function scanFields(cursor: ByteCursor): ReadonlyMap<string, ScannedField> | undefined {
  const fields = new Map<string, ScannedField>()
  if (!cursor.take(0x7b)) return undefined
  if (cursor.take(0x7d)) return fields
  do {
    const name = cursor.readString()
    if (name === undefined || fields.has(name) || !cursor.take(0x3a)) return undefined
    const start = cursor.pos
    if (!cursor.skipValue()) return undefined
    fields.set(name, { name, start, end: cursor.pos })
  } while (cursor.take(0x2c))
  return cursor.take(0x7d) ? fields : undefined
}
