import type { ColumnCodec } from '../shape/column'
import type { ByteCursor } from '../bytes/byte-cursor'
import {
  isPlaceholder,
  PLACEHOLDER_BASE64,
  UNAVAILABLE,
  type Unavailable,
} from '../shape/unavailable'

export const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NO_SEXTET = 64
/** Value of each base64 character. */
const SEXTETS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sextet = ALPHABET.indexOf(String.fromCharCode(byte))
  return sextet === -1 ? NO_SEXTET : sextet
})
const PADDING = 0x3d
/** Maximum length decoded here. Node decodes longer text: it has a higher fixed cost and is faster per byte. */
const SHORT = 96

/** A bytea as base64: `binary.handling.mode` bytes (through the JSON converter) or base64. */
export const binaryCodec: ColumnCodec<Buffer> = {
  expected: 'base64 text',
  fromJson: (json) => (typeof json === 'string' ? decode(json) : undefined),
  readsText: true,
  fromBytes: (cursor) => {
    if (cursor.scanString() !== 0) return undefined
    const length = cursor.contentEnd - cursor.contentStart
    const isLeft = length > SHORT || length === PLACEHOLDER_BASE64.length
    return isLeft ? decode(cursor.content()) : decodeShort(cursor, length)
  },
}

function decode(text: string): Buffer | Unavailable | undefined {
  if (isPlaceholder(text)) return UNAVAILABLE
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** The content scanned last; undefined unless it is base64 with its padding. */
function decodeShort(
  { bytes, contentStart, contentEnd }: ByteCursor,
  length: number,
): Buffer | undefined {
  if (length % 4 !== 0) return undefined
  const padding =
    length === 0 || bytes[contentEnd - 1] !== PADDING
      ? 0
      : bytes[contentEnd - 2] === PADDING
        ? 2
        : 1
  const decoded = Buffer.allocUnsafe((length / 4) * 3 - padding)
  const end = contentEnd - padding
  let seen = 0
  let bits = 0
  let at = 0
  for (let p = contentStart, count = 1; p < end; p++, count++) {
    const sextet = SEXTETS[bytes[p] as number] as number
    seen |= sextet
    bits = (bits << 6) | sextet
    // 2, 3 and 4 characters of a group contain 4, 2 and 0 bits beyond whole bytes.
    if ((count & 3) !== 1) decoded[at++] = bits >>> ((-count & 3) << 1)
  }
  return seen < NO_SEXTET ? decoded : undefined
}
