import type { ByteCursor } from '../bytes/byte-cursor'
import type { ColumnCodec } from '../shape/column'
import { isPlaceholder, UNAVAILABLE, type Unavailable } from '../shape/unavailable'

/** Any text: text, varchar, char, xml. */
export const textCodec: ColumnCodec<string> = {
  expected: 'text',
  fromJson: (json) => (typeof json === 'string' ? available(json) : undefined),
  readsText: true,
  fromBytes: (cursor) => {
    const text = cursor.readString()
    return text === undefined ? undefined : available(text)
  },
}

function available(text: string): string | Unavailable {
  return isPlaceholder(text) ? UNAVAILABLE : text
}

/** JSON text as PostgreSQL wrote it. Not parsed, because its numbers can have more digits than JavaScript's. */
export const jsonTextCodec: ColumnCodec<string> = { ...textCodec, expected: 'JSON text' }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const UUID_LENGTH = 36
const HYPHEN = 0x2d

export const uuidCodec: ColumnCodec<string> = {
  expected: 'a UUID',
  fromJson: (json) => (typeof json === 'string' && UUID.test(json) ? json : undefined),
  readsText: true,
  fromBytes: (cursor) => {
    const start = cursor.pos + 1
    return isUuid(cursor, start) ? cursor.takeContent(start, start + UUID_LENGTH) : undefined
  },
}

function isUuid({ bytes, view, end }: ByteCursor, start: number): boolean {
  return (
    start + UUID_LENGTH <= end &&
    isHex(view.getInt32(start, true)) &&
    isHex(view.getInt32(start + 4, true)) &&
    bytes[start + 8] === HYPHEN &&
    isHex(view.getInt32(start + 9, true)) &&
    bytes[start + 13] === HYPHEN &&
    isHex(view.getInt32(start + 14, true)) &&
    bytes[start + 18] === HYPHEN &&
    isHex(view.getInt32(start + 19, true)) &&
    bytes[start + 23] === HYPHEN &&
    isHex(view.getInt32(start + 24, true)) &&
    isHex(view.getInt32(start + 28, true)) &&
    isHex(view.getInt32(start + 32, true))
  )
}

/**
 * Whether the four bytes of a word are digits or a to f. Letters (bit 6 set) are moved down by 0x27 to follow "9";
 * then each byte must be 0x30 to 0x3f, and 0x3a or above exactly when it was a letter.
 */
function isHex(word: number): boolean {
  const letters = (word >>> 6) & 0x01010101
  const moved = word - Math.imul(letters, 0x27)
  return (
    (moved & 0xf0f0f0f0) === 0x30303030 && (((moved + 0x06060606) >>> 6) & 0x01010101) === letters
  )
}

/** A label of an enum type. An undeclared label is rejected, so that it is never mistaken for another. */
export function enumerationCodec<Label extends string>(
  labels: readonly Label[],
): ColumnCodec<Label> {
  const byText = new Map<string, Label>(labels.map((label) => [label, label]))
  const plain = labels.map((label) => ({ label, bytes: Buffer.from(label) }))
  return {
    expected: `one of ${labels.map((label) => JSON.stringify(label)).join(', ')}`,
    fromJson: (json) => (typeof json === 'string' ? byText.get(json) : undefined),
    readsText: false,
    fromBytes: (cursor) => {
      if (cursor.scanString() !== 0) return undefined
      const { bytes, contentStart } = cursor
      const length = cursor.contentEnd - contentStart
      for (const candidate of plain) {
        if (candidate.bytes.length === length && equal(candidate.bytes, bytes, contentStart)) {
          return candidate.label
        }
      }
      return undefined
    },
  }
}

function equal(label: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < label.length; index++) {
    if (label[index] !== bytes[start + index]) return false
  }
  return true
}
