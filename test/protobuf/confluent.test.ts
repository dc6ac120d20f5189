import fc from 'fast-check'
import type { FactsError } from '../../src/errors'
import { decodeFrame, framePrefix } from '../../src/protobuf/framing/confluent'
import { encodeFrame } from '../support/encode-frame'

const failure = (hex: string): FactsError => {
  try {
    decodeFrame(Buffer.from(hex, 'hex'))
  } catch (error) {
    return error as FactsError
  }
  throw new Error(`${hex} was taken for a frame`)
}

const schemaId = fc.nat({ max: 0x7fff_ffff })
const indexes = fc.array(fc.nat({ max: 0x7fff_ffff }), { minLength: 1, maxLength: 64 })
const payload = fc.uint8Array().map((bytes) => Buffer.from(bytes))

describe('the Confluent frame', () => {
  test('says the first message of a file in one byte', () => {
    expect(framePrefix(7, [0]).toString('hex')).toBe('000000000700')
  })

  test('lists other message indexes after their count, as zigzag varints', () => {
    expect(framePrefix(1, [1]).toString('hex')).toBe('00000000010202')
    expect(framePrefix(1, [0, 0]).toString('hex')).toBe('0000000001040000')
    expect(framePrefix(1, [64]).toString('hex')).toBe('0000000001028001')
  })

  test('comes back as it was written', () => {
    fc.assert(
      fc.property(schemaId, indexes, payload, (id, path, bytes) => {
        const frame = decodeFrame(encodeFrame({ schemaId: id, indexes: path, payload: bytes }))
        expect(frame).toEqual({ schemaId: id, indexes: path, payload: bytes })
      }),
    )
  })

  test('is read when the first message is listed at length, as older writers do', () => {
    expect(decodeFrame(Buffer.from('000000000702000a01', 'hex'))).toEqual({
      schemaId: 7,
      indexes: [0],
      payload: Buffer.from('0a01', 'hex'),
    })
  })

  test('gives a view of the payload, not a copy', () => {
    const value = Buffer.from('0000000007000a01', 'hex')
    expect(decodeFrame(value).payload.buffer).toBe(value.buffer)
  })

  test.each([
    ['', 'the value has 0 bytes'],
    ['0000000007', 'the value has 5 bytes'],
    ['7b226964223a317d', 'begins with byte 0x7b'],
    ['00ffffffff00', 'the schema id -1 is negative'],
    ['000000000701', 'the count of message indexes is negative'],
    ['000000000704', 'ends inside a message index'],
    ['00000000070402', 'ends inside a message index'],
    ['00000000070203', 'a message index is negative'],
    ['000000000780808080', 'ends inside the count of message indexes'],
    ['0000000007ffffffffff00', 'longer than a 32-bit varint'],
    ['0000000007808080808000', 'longer than a 32-bit varint'],
    ['0000000007fe01', '127 message indexes are announced'],
  ])('refuses %s and says why', (hex, why) => {
    const error = failure(hex)
    expect(error.code).toBe('FRAME_INVALID')
    expect(error.message).toContain(why)
  })

  test('never fails in another way on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, magic) => {
        const value = Buffer.from(magic ? [0, 0, 0, 0, 1, ...bytes] : bytes)
        try {
          const frame = decodeFrame(value)
          expect(frame.indexes.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toMatchObject({ code: 'FRAME_INVALID' })
        }
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    [-1, [0]],
    [2 ** 31, [0]],
    [1, []],
    [1, [-1]],
    [1, [0.5]],
  ])('is not written for id %p and indexes %p', (id, path) => {
    expect(() => framePrefix(id, path)).toThrow(RangeError)
  })
})
