import type { ColumnCodec } from '../shape/column'
import { isPlaceholder, UNAVAILABLE } from '../shape/unavailable'
import { BASE64 } from './binary-codec'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A type that Debezium does not know (`include.unknown.datatypes=true`): base64 of the value's text in PostgreSQL. */
export const encodedTextCodec: ColumnCodec<string> = {
  expected: "base64 of the value's text",
  fromJson: (json) => {
    if (typeof json !== 'string') return undefined
    if (isPlaceholder(json)) return UNAVAILABLE
    if (!BASE64.test(json)) return undefined
    try {
      return UTF8.decode(Buffer.from(json, 'base64'))
    } catch {
      return undefined
    }
  },
  readsText: false,
  fromBytes: () => undefined,
}
