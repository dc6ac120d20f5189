import { timestampText } from './message-json'
import type { WireCursor } from '../message/wire-cursor'
import { BYTES, FIXED32, FIXED64, UNUSUAL, VARINT } from '../message/wire-cursor'

/** Returns the JSON of a value and advances past it; '' for a default, which is written only with presence. */
export type ReadText = (cursor: WireCursor, presence: boolean) => string

const quoted = (value: bigint | number, presence: boolean): string =>
  presence || (value !== 0 && value !== 0n) ? `"${value}"` : ''
const plain = (value: number, presence: boolean): string =>
  presence || value !== 0 ? String(value) : ''

const zigzag = (value: bigint): bigint => ((value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n)
const low32 = (value: bigint | number): number => Number(BigInt.asIntN(32, BigInt(value)))

/** Whole numbers of up to 49 bits are read as such; negative ones have ten bytes. */
const signed = (value: bigint | number): bigint | number =>
  typeof value === 'number' ? value : BigInt.asIntN(64, value)

function floating(value: number, presence: boolean): string {
  if (!Number.isFinite(value)) return `"${value}"`
  if (value === 0) return Object.is(value, -0) ? '"-0"' : presence ? '0' : ''
  return String(value)
}

/** ASCII that needs no escaping in JSON. */
const PLAIN = /^[ !#-[\]-~]*$/
/** The replacement character: the bytes were invalid UTF-8 or contain it themselves, which the exact lane decides. */
const REPLACED = '\ufffd'

function string(cursor: WireCursor, presence: boolean): string {
  const end = cursor.length()
  const from = cursor.position
  cursor.position = end
  if (from === end) return presence ? '""' : ''
  const ascii = cursor.ascii.slice(from, end)
  if (PLAIN.test(ascii)) return `"${ascii}"`
  const text = cursor.bytes.toString('utf8', from, end)
  if (text.includes(REPLACED)) throw UNUSUAL
  return JSON.stringify(text)
}

function take(cursor: WireCursor, count: number): number {
  const at = cursor.position
  cursor.position += count
  if (cursor.position > cursor.bytes.length) throw UNUSUAL
  return at
}

const SCALARS: Readonly<Record<string, readonly [wire: number, read: ReadText]>> = {
  string: [BYTES, string],
  bytes: [
    BYTES,
    (cursor, presence) => {
      const end = cursor.length()
      const text = cursor.bytes.toString('base64', cursor.position, end)
      cursor.position = end
      return text === '' && !presence ? '' : `"${text}"`
    },
  ],
  bool: [
    VARINT,
    (cursor, presence) => {
      const value = cursor.wide()
      return value !== 0 && value !== 0n ? 'true' : presence ? 'false' : ''
    },
  ],
  int32: [VARINT, (cursor, presence) => plain(low32(cursor.wide()), presence)],
  uint32: [VARINT, (cursor, presence) => plain(low32(cursor.wide()) >>> 0, presence)],
  sint32: [
    VARINT,
    (cursor, presence) =>
      plain(Number(zigzag(BigInt.asUintN(32, BigInt(cursor.wide())))), presence),
  ],
  int64: [VARINT, (cursor, presence) => quoted(signed(cursor.wide()), presence)],
  uint64: [VARINT, (cursor, presence) => quoted(cursor.wide(), presence)],
  sint64: [VARINT, (cursor, presence) => quoted(zigzag(BigInt(cursor.wide())), presence)],
  fixed32: [
    FIXED32,
    (cursor, presence) => plain(cursor.bytes.readUInt32LE(take(cursor, 4)), presence),
  ],
  sfixed32: [
    FIXED32,
    (cursor, presence) => plain(cursor.bytes.readInt32LE(take(cursor, 4)), presence),
  ],
  fixed64: [
    FIXED64,
    (cursor, presence) => quoted(cursor.bytes.readBigUInt64LE(take(cursor, 8)), presence),
  ],
  sfixed64: [
    FIXED64,
    (cursor, presence) => quoted(cursor.bytes.readBigInt64LE(take(cursor, 8)), presence),
  ],
  double: [
    FIXED64,
    (cursor, presence) => floating(cursor.bytes.readDoubleLE(take(cursor, 8)), presence),
  ],
  float: [
    FIXED32,
    (cursor, presence) => floating(cursor.bytes.readFloatLE(take(cursor, 4)), presence),
  ],
}

/** Wire type and reader by protobuf's name of the type; undefined for types that are not scalar. */
export const scalarText = (type: string): readonly [wire: number, read: ReadText] | undefined =>
  SCALARS[type]

export function enumText(names: Readonly<Record<number, string>>): ReadText {
  return (cursor, presence) => {
    const number = low32(cursor.wide())
    if (number === 0 && !presence) return ''
    const name = names[number]
    return name === undefined ? String(number) : `"${name}"`
  }
}

/** A Timestamp's text: `seconds` and `nanos` in this order, either one omitted when it is 0. */
export function readTimestamp(cursor: WireCursor, end: number): string {
  let seconds: bigint | number = 0
  let nanos = 0
  if (cursor.position < end && cursor.bytes[cursor.position] === 8) {
    cursor.position += 1
    seconds = signed(cursor.wide())
  }
  if (cursor.position < end && cursor.bytes[cursor.position] === 16) {
    cursor.position += 1
    nanos = low32(cursor.wide())
  }
  if (cursor.position !== end) throw UNUSUAL
  return timestampText(BigInt(seconds), nanos)
}
