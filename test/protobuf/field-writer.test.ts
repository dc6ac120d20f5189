import fc from 'fast-check'
import { Writer } from 'protobufjs/minimal'
import { ExactReader } from '../../src/protobuf/message/exact-reader'
import { FieldWriter } from '../../src/protobuf/message/field-writer'
import { codePoint } from '../support/code-point'

const TAG = 82
const text = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 300 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
)

/** Reads back one field of a message that `write` wrote. */
function read<T>(write: (writer: FieldWriter) => unknown, take: (reader: ExactReader) => T): T {
  const writer = new FieldWriter()
  write(writer)
  const reader = new ExactReader(writer.finish())
  const value = take(reader)
  expect(reader.pos).toBe(reader.len)
  return value
}

describe('64-bit integers', () => {
  const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

  test.each(['int64', 'sint64', 'sfixed64'] as const)('survive as %s', (type) => {
    const limits = [0n, 1n, -1n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]
    for (const value of limits)
      expect(
        read(
          (writer) => writer[type](value),
          (reader) => reader[type](),
        ),
      ).toBe(value)
    fc.assert(
      fc.property(signed, (value) => {
        expect(
          read(
            (writer) => writer[type](value),
            (reader) => reader[type](),
          ),
        ).toBe(value)
      }),
    )
  })

  test.each(['uint64', 'fixed64'] as const)('survive as %s', (type) => {
    fc.assert(
      fc.property(unsigned, (value) => {
        expect(
          read(
            (writer) => writer[type](value),
            (reader) => reader[type](),
          ),
        ).toBe(value)
      }),
      { examples: [[0n], [2n ** 32n], [2n ** 63n], [2n ** 64n - 1n]] },
    )
  })

  test('survive in packed fields', () => {
    fc.assert(
      fc.property(fc.array(signed), (values) => {
        for (const type of ['int64s', 'sint64s', 'sfixed64s'] as const) {
          const back = read(
            (writer) => writer[type](values as never),
            (reader) => reader[type](),
          )
          expect(back).toEqual(values)
        }
      }),
    )
  })

  test.each([
    ['int64', 2n ** 63n],
    ['int64', -(2n ** 63n) - 1n],
    ['uint64', -1n],
    ['uint64', 2n ** 64n],
    ['fixed64', 2n ** 200n],
  ] as const)('out of the range of %s are refused: %p', (type, value) => {
    expect(() => new FieldWriter()[type](value)).toThrow(RangeError)
  })

  test('are refused as numbers, which may have lost digits already', () => {
    expect(() => new FieldWriter().int64(5)).toThrow('expected bigint, found 5')
  })
})

describe('text', () => {
  test('survives at any length and in any script', () => {
    fc.assert(
      fc.property(text, (value) => {
        const back = read(
          (writer) => writer.stringField(TAG, value),
          (reader) => [reader.uint32(), reader.string()],
        )
        expect(back).toEqual([TAG, value])
      }),
      { numRuns: 1000 },
    )
  })

  test.each([23, 24, 25, 42, 43, 127, 128, 129, 1023, 1024, 5461, 16_383, 16_384, 200_000])(
    'of %d characters is as protobufjs writes it, in one, two and three bytes each',
    (length) => {
      for (const character of ['a', 'é', '€']) {
        const value = character.repeat(length)
        const ours = new FieldWriter().stringField(TAG, value).finish()
        expect(ours.equals(Writer.create().uint32(TAG).string(value).finish())).toBe(true)
      }
    },
  )

  test.each(['x\ud800', '\udc00' + 'y'.repeat(100)])(
    'with a lone surrogate is refused',
    (value) => {
      expect(() => new FieldWriter().string(value)).toThrow('lone surrogate')
      expect(() => new FieldWriter().stringField(TAG, value)).toThrow('lone surrogate')
    },
  )
})

describe('a value that does not fit', () => {
  test.each([
    ['int32', 2 ** 31],
    ['int32', 1.5],
    ['int32', '5'],
    ['int32', NaN],
    ['sint32', 2 ** 31],
    ['uint32', -1],
    ['uint32', 2 ** 32],
    ['uint32', '5'],
    ['fixed32', -1],
    ['sfixed32', 2 ** 31],
    ['int64', '5'],
    ['uint64', null],
    ['bool', 1],
    ['double', '1'],
    ['float', 1n],
    ['string', 5],
    ['bytes', 'AAEC'],
    ['int32s', [2 ** 31]],
    ['bools', ['true']],
  ] as const)('of %s is refused: %p', (type, value) => {
    expect(() => new FieldWriter()[type](value as never)).toThrow(/^expected /)
  })

  test.each([
    ['stringField', 5],
    ['int32Field', 1.5],
    ['int64Field', 5],
    ['uint64Field', -1n],
    ['boolField', 'yes'],
    ['doubleField', null],
    ['bytesField', 'AA=='],
  ] as const)('is refused by %s too: %p', (method, value) => {
    expect(() => new FieldWriter()[method](TAG, value as never)).toThrow(/^expected /)
  })
})

describe('fields with their tag', () => {
  test.each([1, 15, 16, 2047, 2048, 536_870_911])('are as protobufjs writes field %d', (number) => {
    const tag = ((number << 3) | 2) >>> 0
    const ours = new FieldWriter()
      .stringField(tag, 'text')
      .int32Field(tag, -5)
      .int32Field(tag, 5)
      .int32Field(tag, 500)
      .boolField(tag, true)
      .doubleField(tag, -0.5)
      .bytesField(tag, Buffer.from([1, 2]))
      .forkField(tag)
      .stringField(10, 'inner')
      .ldelim()
    const theirs = Writer.create()
    for (const write of [
      () => theirs.string('text'),
      () => theirs.int32(-5),
      () => theirs.int32(5),
      () => theirs.int32(500),
      () => theirs.bool(true),
      () => theirs.double(-0.5),
      () => theirs.bytes(Buffer.from([1, 2])),
    ]) {
      theirs.uint32(tag)
      write()
    }
    theirs.uint32(tag).fork().uint32(10).string('inner').ldelim()
    expect(ours.finish().equals(theirs.finish())).toBe(true)
  })
})

describe('the slab', () => {
  const messages = fc.array(
    fc.record({
      text: fc.nat({ max: 30_000 }),
      nested: fc.nat({ max: 20_000 }),
      deep: fc.nat({ max: 300 }),
    }),
    { minLength: 20, maxLength: 60 },
  )

  test('is crossed by messages of any size without harm to the message or its neighbours', () => {
    fc.assert(
      fc.property(messages, (sizes) => {
        const writer = new FieldWriter()
        const written = sizes.map(({ text: length, nested, deep }, index) => {
          const letter = String.fromCharCode(97 + (index % 26))
          const fill = (target: FieldWriter | Writer): void => {
            target.uint32(10).string(letter.repeat(length))
            target.uint32(18).fork().uint32(10).string(letter.repeat(nested))
            target.uint32(18).fork().uint32(10).string(letter.repeat(deep)).ldelim()
            target.ldelim()
          }
          fill(writer)
          const theirs = Writer.create()
          fill(theirs)
          return { ours: writer.finish(), theirs: theirs.finish() }
        })
        for (const { ours, theirs } of written) expect(ours.equals(theirs)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('is written on after a message was dropped, as if it had not been begun', () => {
    const writer = new FieldWriter()
    const first = writer.stringField(10, 'first').finish()
    writer.stringField(10, 'half').forkField(18).stringField(10, 'never ended')
    writer.reset()
    expect(() => writer.ldelim()).toThrow('without fork')
    const second = writer.stringField(10, 'second').finish()
    expect([first, second].map((one) => one.toString('latin1'))).toEqual([
      '\n\x05first',
      '\n\x06second',
    ])
    expect(second.byteOffset).toBe(first.byteOffset + first.length)
  })
})
