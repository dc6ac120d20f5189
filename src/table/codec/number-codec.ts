import type { ColumnCodec } from '../shape/column'
import type { ByteCursor } from '../bytes/byte-cursor'
import { readNumber } from '../bytes/read-number'
import { isPlaceholder, UNAVAILABLE } from '../shape/unavailable'

/** A real or double precision: a JSON number, or one of the three values that JSON lacks, as Debezium's text. */
export const doubleCodec: ColumnCodec<number> = {
  expected: 'a number, "NaN", "Infinity" or "-Infinity"',
  fromJson: (json) => {
    if (typeof json === 'number' || typeof json === 'bigint') return Number(json)
    return json === 'NaN' || json === 'Infinity' || json === '-Infinity' ? Number(json) : undefined
  },
  readsText: true,
  fromBytes: readNumber,
}

export const booleanCodec: ColumnCodec<boolean> = {
  expected: 'true or false',
  fromJson: (json) => (typeof json === 'boolean' ? json : undefined),
  readsText: false,
  fromBytes: (cursor) => {
    if (cursor.takeWord('true')) return true
    return cursor.takeWord('false') ? false : undefined
  },
}

const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?$/

/** Debezium's names (SpecialValueDecimal) of the values of PostgreSQL's numeric that are not numbers. */
const SPECIAL = new Map([
  ['NAN', 'NaN'],
  ['POSITIVE_INFINITY', 'Infinity'],
  ['NEGATIVE_INFINITY', '-Infinity'],
])

/**
 * A numeric as exact decimal text (`decimal.handling.mode=string`); special values have PostgreSQL's spelling. For a
 * negative scale Debezium writes a fraction of thousands of zeros, which is removed.
 */
export function numericCodec(scale = 0): ColumnCodec<string> {
  const hasFraction = scale >= 0
  return {
    expected: 'decimal text such as "12.30"',
    fromJson: (json) => {
      if (typeof json !== 'string') return undefined
      if (DECIMAL.test(json)) return hasFraction ? json : json.replace(/\.0+$/, '')
      return isPlaceholder(json) ? UNAVAILABLE : SPECIAL.get(json)
    },
    readsText: true,
    fromBytes: (cursor) => (hasFraction ? readDecimal(cursor) : undefined),
  }
}

function readDecimal(cursor: ByteCursor): string | undefined {
  const { bytes } = cursor
  const start = cursor.pos + 1
  let p = bytes[start] === 0x2d ? start + 1 : start
  const whole = p
  while (isDigit(bytes[p])) p++
  if (p === whole) return undefined
  if (bytes[p] === 0x2e) {
    const fraction = ++p
    while (isDigit(bytes[p])) p++
    if (p === fraction) return undefined
  }
  return cursor.takeContent(start, p)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}
