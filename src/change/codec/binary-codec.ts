import type { ColumnCodec } from '../column'
import { PLACEHOLDER, PLACEHOLDER_BASE64, UNAVAILABLE, type Unavailable } from '../unavailable'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A bytea as base64: `binary.handling.mode` bytes (through the JSON converter) or base64. */
export const binaryCodec: ColumnCodec<Buffer> = {
  expected: 'base64 text',
  fromJson: (json) => (typeof json === 'string' ? decode(json) : undefined),
  readsText: true,
  fromBytes: (cursor) => {
    const text = cursor.readPlainString()
    return text === undefined ? undefined : decode(text)
  },
}

function decode(text: string): Buffer | Unavailable | undefined {
  if (text === PLACEHOLDER_BASE64 || text === PLACEHOLDER) return UNAVAILABLE
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}
