import fc from 'fast-check'

/** Halves of pairs in UTF-16, which are no code points by themselves. */
const SURROGATES = { first: 0xd800, count: 0x800 }

/**
 * Unit of `fc.string`: any code point. Generates what the unit `binary` does for the same seed. That one makes a table of
 * all 1.1 million code points in each test file that names it, which takes a second.
 */
export const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map(codePointAt, indexOf)

function codePointAt(index: number): string {
  return String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count)
}

/** Throws for anything but one code point, as fast-check demands. */
function indexOf(text: unknown): number {
  const point = typeof text === 'string' ? (text.codePointAt(0) ?? 0) : 0
  const index = point < SURROGATES.first ? point : point - SURROGATES.count
  if (text !== codePointAt(index)) throw new Error('not one code point')
  return index
}
