import type { ByteCursor } from '../bytes/byte-cursor'
import { readBigint, readInteger } from '../bytes/read-number'
import type { FieldReader } from './record-layout'
import { toBigint } from '../bytes/to-bigint'

/** Readers of the envelope's own fields; the rows' columns have theirs in their codecs. */

export const skip: FieldReader = (cursor) => cursor.skipValue() || undefined

export const wholeNumber: FieldReader = (cursor) => {
  const value = readInteger(cursor)
  return Number.isNaN(value) ? undefined : toBigint(value)
}

export const countingNumber: FieldReader = (cursor) => {
  const value = readBigint(cursor)
  return value !== undefined && value >= 0n ? value : undefined
}

/** `ts_ms`, as microseconds. */
export const milliseconds: FieldReader = (cursor) => {
  const value = readInteger(cursor)
  return Number.isNaN(value) ? undefined : toBigint(value) * 1000n
}

export const text: FieldReader = (cursor) => cursor.readString()

/** `source.snapshot`: null or "false" for a change, otherwise the kind of snapshot. */
export const isSnapshot: FieldReader = (cursor) => {
  if (cursor.takeWord('"false"') || cursor.takeWord('false')) return false
  if (cursor.takeWord('true')) return true
  return cursor.scanString() === 0 ? true : undefined
}

/** An unused integer. */
export const passNumber: FieldReader = (cursor) => !Number.isNaN(readInteger(cursor)) || undefined

/** `op` of a change with a key. */
export const operation: FieldReader = (cursor) => {
  const { bytes, pos } = cursor
  if (bytes[pos] !== 0x22 || bytes[pos + 2] !== 0x22) return undefined
  cursor.pos = pos + 3
  switch (bytes[pos + 1] ?? 0) {
    case 0x63:
      return 'create'
    case 0x72:
      return 'read'
    case 0x75:
      return 'update'
    case 0x64:
      return 'delete'
    default:
      return undefined
  }
}

/** Skips the usual form of `source.sequence`, in a record that also has an LSN. */
export const sequence: FieldReader = (cursor) => {
  const usual =
    cursor.takeWord('"[') &&
    takeLsn(cursor) &&
    cursor.take(0x2c) &&
    takeLsn(cursor) &&
    cursor.takeWord(']"')
  return usual || undefined
}

/** The later LSN of `source.sequence`. */
export const lsnOfSequence: FieldReader = (cursor) => {
  if (!cursor.takeWord('"[') || !takeLsn(cursor) || !cursor.takeWord(',\\"')) return undefined
  const lsn = readBigint(cursor)
  return lsn !== undefined && lsn >= 0n && cursor.takeWord('\\"]"') ? lsn : undefined
}

function takeLsn(cursor: ByteCursor): boolean {
  if (cursor.takeNull()) return true
  if (!cursor.takeWord('\\"')) return false
  const lsn = readBigint(cursor)
  return lsn !== undefined && lsn >= 0n && cursor.takeWord('\\"')
}
