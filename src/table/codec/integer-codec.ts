import type { JsonValue } from '../../protobuf/json/json'
import type { ColumnCodec } from '../shape/column'
import { readBigint, readInteger } from '../bytes/read-number'

/** A 64-bit integer, exact: a JSON number of any length. */
export const bigintCodec: ColumnCodec<bigint> = {
  expected: 'an integer between -9223372036854775808 and 9223372036854775807',
  fromJson: (json) => {
    if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : undefined
    return typeof json === 'bigint' && BigInt.asIntN(64, json) === json ? json : undefined
  },
  readsText: false,
  fromBytes: readBigint,
}

/** A signed integer of `bits` bits, which a JavaScript number holds exactly. */
export function integerCodec(bits: 16 | 32): ColumnCodec<number> {
  const most = 2 ** (bits - 1) - 1
  const least = -most - 1
  const fits = (value: number): boolean => value >= least && value <= most
  return {
    expected: `an integer between ${least} and ${most}`,
    fromJson: (json: JsonValue) =>
      typeof json === 'number' && Number.isInteger(json) && fits(json) ? json + 0 : undefined,
    readsText: false,
    fromBytes: (cursor) => {
      const value = readInteger(cursor)
      return fits(value) ? value : undefined
    },
  }
}

/** An object identifier: an unsigned 32-bit integer. */
export const oidCodec: ColumnCodec<number> = {
  expected: 'an integer between 0 and 4294967295',
  fromJson: (json) =>
    typeof json === 'number' && Number.isInteger(json) && json >= 0 && json <= 0xffffffff
      ? json + 0
      : undefined,
  readsText: false,
  fromBytes: (cursor) => {
    const value = readInteger(cursor)
    return value >= 0 && value <= 0xffffffff ? value : undefined
  },
}
