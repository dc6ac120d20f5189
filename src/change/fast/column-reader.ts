import { parseJsonBytes } from '../../wire/json'
import type { ColumnCodec } from '../column'
import type { Reader } from './record-layout'

/**
 * Reads a column's value at the cursor: its usual form straight from the bytes, any other (an infinity, a year before
 * Christ, NaN) as the exact decoder would, so that one such value does not send the whole record there.
 */
export function columnReader({ fromBytes, fromJson }: ColumnCodec<NonNullable<unknown>>): Reader {
  return (cursor) => {
    const { pos } = cursor
    const value = fromBytes(cursor)
    if (value !== undefined) return value
    cursor.pos = pos
    if (!cursor.skipValue()) return undefined
    try {
      return fromJson(parseJsonBytes(cursor.bytes.subarray(pos, cursor.pos)))
    } catch {
      return undefined
    }
  }
}
