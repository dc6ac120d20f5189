import { createHash } from 'node:crypto'

/*
 * LMDB supports keys of up to 1,978 bytes (pages of 4 KiB), and lmdb-js lists some with control characters incorrectly. The
 * value of such a key is stored under the hash of the key, with the key before the value, so that keys are listed correctly
 * and never confused.
 */
const MAX_BYTES = 1_900
const LENGTH_BYTES = 4
const HASHED = '~sha256 '
/** Text from this length is written by another encoder, which does not escape these characters. */
const ENCODED_LENGTH = 64
// eslint-disable-next-line no-control-regex
const UNESCAPED = /[\u0000-\u0004]/

/** The key under which a value is stored. */
export function storedKey(key: string): string {
  const isPlain = key.length < ENCODED_LENGTH || (isShort(key) && !UNESCAPED.test(key))
  if (isPlain && !key.startsWith(HASHED)) return key
  return HASHED + createHash('sha256').update(key).digest('hex')
}

/** Whether the key fits into LMDB directly, as in earlier versions. */
export function isShort(key: string): boolean {
  // A character has three bytes at most for each unit of the text's length.
  return key.length * 3 <= MAX_BYTES || Buffer.byteLength(key) <= MAX_BYTES
}

export function isHashed(stored: string): boolean {
  return stored.startsWith(HASHED)
}

/** The value as stored under the hash of its key. */
export function withKey(key: string, value: Buffer): Buffer {
  const size = Buffer.byteLength(key)
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + size + value.length)
  bytes.writeUInt32LE(size)
  bytes.write(key, LENGTH_BYTES)
  bytes.set(value, LENGTH_BYTES + size)
  return bytes
}

export function splitKey(bytes: Buffer): { readonly key: string; readonly value: Buffer } {
  const end = LENGTH_BYTES + bytes.readUInt32LE()
  return { key: bytes.toString('utf8', LENGTH_BYTES, end), value: bytes.subarray(end) }
}
