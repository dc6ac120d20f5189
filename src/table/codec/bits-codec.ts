import type { ColumnCodec } from '../shape/column'
import { isPlaceholder, UNAVAILABLE } from '../shape/unavailable'
import { BASE64 } from './binary-codec'

/**
 * A bit(n) with n > 1. On the wire: base64 of its bytes, the last bits first, without trailing zero bytes. In the row: n
 * characters 0 or 1, as PostgreSQL writes it.
 */
export function bitsCodec(length: number): ColumnCodec<string> {
  return {
    expected: `base64 text of a bit(${length})`,
    fromJson: (json) => {
      if (length === 1 && typeof json === 'boolean') return json ? '1' : '0'
      if (typeof json !== 'string') return undefined
      if (isPlaceholder(json)) return UNAVAILABLE
      if (!BASE64.test(json)) return undefined
      const bits = [...Buffer.from(json, 'base64').reverse()]
        .map((byte) => byte.toString(2).padStart(8, '0'))
        .join('')
        .replace(/^0+/, '')
      return bits.length > length ? undefined : bits.padStart(length, '0')
    },
    readsText: false,
    fromBytes: () => undefined,
  }
}

/** A bit varying: rejected, because Debezium writes 101 and 00000101 alike. */
export const varbitCodec: ColumnCodec<string> = {
  expected:
    'no bit varying, whose length Debezium drops (101 and 00000101 arrive as the same bytes): exclude the column (column.exclude.list), or have a bit(n) or a text generated from it',
  fromJson: () => undefined,
  readsText: false,
  fromBytes: () => undefined,
}
