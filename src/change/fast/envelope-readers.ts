import type { ByteCursor } from './byte-cursor'
import { readInteger } from './read-number'
import type { Reader } from './record-layout'
import { toBigint } from './to-bigint'

/** Readers of the envelope's own fields; the rows' columns have theirs in their codecs. */

export const skip: Reader = (cursor) => cursor.skipValue() || undefined

export const wholeNumber: Reader = (cursor) => {
  const value = readInteger(cursor)
  return Number.isNaN(value) ? undefined : toBigint(value)
}

export const countingNumber: Reader = (cursor) => {
  const value = readInteger(cursor)
  return value >= 0 ? toBigint(value) : undefined
}

/** A whole number that nobody needs. */
export const passNumber: Reader = (cursor) => !Number.isNaN(readInteger(cursor)) || undefined

/** `op` of a change with a key. */
export const operation: Reader = (cursor) => {
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

/** `source.sequence`, which only records without an LSN need: its usual form, passed over. */
export const sequence: Reader = (cursor) => {
  const usual =
    cursor.takeWord('"[') &&
    takeLsn(cursor) &&
    cursor.take(0x2c) &&
    takeLsn(cursor) &&
    cursor.takeWord(']"')
  return usual || undefined
}

function takeLsn(cursor: ByteCursor): boolean {
  if (cursor.takeNull()) return true
  return cursor.takeWord('\\"') && !Number.isNaN(readInteger(cursor)) && cursor.takeWord('\\"')
}
