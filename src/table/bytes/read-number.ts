import type { ByteCursor } from './byte-cursor'
import { toBigint, toLongBigint } from './to-bigint'

const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30

/** An integer that a double holds exactly; NaN for anything else, "-0" included. Digits are taken four at a time. */
export function readInteger(cursor: ByteCursor): number {
  const { bytes, view, end } = cursor
  const negative = bytes[cursor.pos] === MINUS
  const first = negative ? cursor.pos + 1 : cursor.pos
  let p = first
  let value = 0
  for (; p + 4 <= end; p += 4) {
    const word = view.getInt32(p, true)
    if (!isFourDigits(word)) break
    value = value * 10_000 + fourDigits(word)
  }
  let digit = (bytes[p] as number) - ZERO
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit
    digit = (bytes[++p] as number) - ZERO
  }
  if (p === first || (bytes[first] === ZERO && (negative || p > first + 1))) return NaN
  if (value > Number.MAX_SAFE_INTEGER) return NaN
  cursor.pos = p
  return negative ? -value : value
}

/** A 64-bit integer; undefined for anything else. */
export function readBigint(cursor: ByteCursor): bigint | undefined {
  const value = readInteger(cursor)
  return Number.isNaN(value) ? readLongInteger(cursor) : toBigint(value)
}

/** A number in any form of JSON; undefined for anything else. Slices text. */
export function readNumber(cursor: ByteCursor): number | undefined {
  const start = cursor.pos
  return scanNumber(cursor) ? Number(cursor.textFrom(start)) : undefined
}

/** Skips a number in any form of JSON; false when there is none. */
export function scanNumber(cursor: ByteCursor): boolean {
  const { bytes } = cursor
  const first = bytes[cursor.pos] === MINUS ? cursor.pos + 1 : cursor.pos
  let p = afterDigits(cursor, first)
  if (p === first || (bytes[first] === ZERO && p > first + 1)) return false
  if (bytes[p] === POINT) {
    const fraction = p + 1
    p = afterDigits(cursor, fraction)
    if (p === fraction) return false
  }
  if (bytes[p] === 0x65 || bytes[p] === 0x45) {
    const sign = bytes[p + 1]
    const exponent = sign === MINUS || sign === PLUS ? p + 2 : p + 1
    p = afterDigits(cursor, exponent)
    if (p === exponent) return false
  }
  cursor.pos = p
  return true
}

/** An integer of 16 to 19 digits, read as two halves that doubles represent exactly. */
function readLongInteger(cursor: ByteCursor): bigint | undefined {
  const { bytes, view } = cursor
  const negative = bytes[cursor.pos] === MINUS
  const first = negative ? cursor.pos + 1 : cursor.pos
  const last = afterDigits(cursor, first)
  const length = last - first
  if (length < 16 || length > 19 || bytes[first] === ZERO) return undefined
  let upper = 0
  for (let p = first; p < last - 8; p++) upper = upper * 10 + (bytes[p] as number) - ZERO
  const lower =
    fourDigits(view.getInt32(last - 8, true)) * 10_000 + fourDigits(view.getInt32(last - 4, true))
  const value = toLongBigint(upper, lower, negative)
  if (value !== undefined) cursor.pos = last
  return value
}

function afterDigits({ bytes, view, end }: ByteCursor, from: number): number {
  let p = from
  while (p + 4 <= end && isFourDigits(view.getInt32(p, true))) p += 4
  let digit = (bytes[p] as number) - ZERO
  while (digit >= 0 && digit <= 9) digit = (bytes[++p] as number) - ZERO
  return p
}

/** Whether a little-endian word is four digits: adding 6 does not change the upper half of a digit's byte. */
function isFourDigits(word: number): boolean {
  return (word & 0xf0f0f0f0) === 0x30303030 && ((word + 0x06060606) & 0xf0f0f0f0) === 0x30303030
}

/** The number of four digits: combines pairs first, then the two pairs. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word & 0x0f0f0f0f, 2561) >>> 8) & 0x00ff00ff
  return Math.imul(pairs, 6553601) >>> 16
}
