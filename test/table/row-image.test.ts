import fc from 'fast-check'
import { RowImage } from '../../src/fact/history/row-image'
import { codePoint } from '../support/code-point'

const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.string({ minLength: 40, maxLength: 45, unit: codePoint }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.oneof(fc.constant(null), fc.string()), { maxLength: 5 }),
)
const COLUMNS = ['a', 'b', 'c']
const row = fc.record({ a: value, b: value, c: value })
const image = new RowImage(COLUMNS)

test('a row comes back from its image as it was', () => {
  fc.assert(
    fc.property(row, fc.nat(40), (before, room) => {
      expect(image.decode(image.encode(before, room), room)).toEqual(before)
    }),
    { numRuns: 2_000 },
  )
})

test('images are equal exactly when the rows are', () => {
  fc.assert(
    fc.property(row, row, (one, other) => {
      const same = image.encode(one, 0).equals(image.encode(other, 0))
      expect(same).toBe(isSame(one, other))
    }),
  )
})

test('a value larger than any before is written whole', () => {
  const large = { a: 'x'.repeat(300_000), b: Buffer.alloc(200_000, 7), c: 'ü'.repeat(50_000) }
  expect(image.decode(image.encode(large, 5), 5)).toEqual(large)
})

test('bytes that end too soon are refused', () => {
  const bytes = image.encode({ a: 'text', b: 1, c: 2n }, 0)
  expect(() => image.decode(bytes.subarray(0, 4), 0)).toThrow(RangeError)
})

function isSame(one: object, other: object): boolean {
  try {
    expect(one).toStrictEqual(other)
    return true
  } catch {
    return false
  }
}
