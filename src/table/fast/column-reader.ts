import { parseJsonBytes } from '../../protobuf/json/json'
import type { ColumnCodec } from '../shape/column'
import type { FieldReader } from './record-layout'

/**
 * Reads a column's value at the cursor: the usual form straight from the bytes, any other (an infinity, a year BC, NaN) as
 * the exact decoder would, so that one such value does not send the whole record there. A value with another meaning in a
 * snapshot is left to the exact decoder, because the origin of a record is at its end.
 */
export function columnReader(codec: ColumnCodec<NonNullable<unknown>>): FieldReader {
  const { fromBytes, fromJson, readsOrigin = false } = codec
  return (cursor) => {
    const { pos } = cursor
    const value = fromBytes(cursor)
    if (value !== undefined) return value
    cursor.pos = pos
    if (!cursor.skipValue()) return undefined
    try {
      const json = parseJsonBytes(cursor.bytes.subarray(pos, cursor.pos))
      const streamed = fromJson(json, 'stream')
      return readsOrigin && fromJson(json, 'snapshot') !== streamed ? undefined : streamed
    } catch {
      return undefined
    }
  }
}
