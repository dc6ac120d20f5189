import type { facts } from '../../src/gen/messages'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { messageJson } from '../../src/protobuf/json/message-json'

const { Primary } = wildapp.primary.v1
const PRIMARY = 'wildapp.primary.v1.Primary'

type Fields = Partial<wildapp.primary.v1.Primary>
const json = (fields: Fields): unknown =>
  JSON.parse(messageJson(Primary.decode(Primary.encode(fields).finish()), PRIMARY, schemas))

describe('a message as protobuf JSON', () => {
  test('has 64-bit integers as strings and 32-bit ones as numbers', () => {
    expect(json({ id: 2n ** 63n - 1n, quantity: -7 })).toEqual({
      id: '9223372036854775807',
      quantity: -7,
    })
  })

  test('has enums by name, and by number when it does not know the name', () => {
    expect(json({ status: wildapp.primary.v1.Status.STATUS_DRAFT })).toEqual({
      status: 'STATUS_DRAFT',
    })
    expect(json({ status: 99 as never })).toEqual({ status: 99 })
  })

  test('has bytes in base64', () => {
    expect(json({ fingerprint: Buffer.from('00ff7e', 'hex') })).toEqual({ fingerprint: 'AP9+' })
  })

  test('leaves defaults out, but keeps them in fields with presence', () => {
    expect(json({ title: '', verified: false, id: 0n, labels: [] })).toEqual({})
    expect(json({ notes: '', secondaryId: 0n, score: 0, fingerprint: Buffer.alloc(0) })).toEqual({
      notes: '',
      secondaryId: '0',
      score: 0,
      fingerprint: '',
    })
  })

  test('keeps defaults inside lists, and empty messages', () => {
    expect(json({ labels: ['', 'a'], header: {} as facts.v1.Header })).toEqual({
      labels: ['', 'a'],
      header: {},
    })
  })

  test.each([
    [0n, 0, '1970-01-01T00:00:00Z'],
    [1n, 600_000_000, '1970-01-01T00:00:01.600Z'],
    [1n, 678_901_000, '1970-01-01T00:00:01.678901Z'],
    [1n, 5, '1970-01-01T00:00:01.000000005Z'],
    [-1n, 999_999_000, '1969-12-31T23:59:59.999999Z'],
    [-62_135_596_800n, 0, '0001-01-01T00:00:00Z'],
    [253_402_300_799n, 999_999_999, '9999-12-31T23:59:59.999999999Z'],
  ])('has the Timestamp of %p s and %p ns in RFC 3339', (seconds, nanos, text) => {
    expect(json({ createdAt: { seconds, nanos } })).toEqual({ createdAt: text })
  })

  test.each([
    [-62_135_596_801n, 0],
    [253_402_300_800n, 0],
    [0n, -1],
    [0n, 1_000_000_000],
  ])('is refused for a Timestamp of %p s and %p ns, which has no JSON form', (seconds, nanos) => {
    expect(() => json({ createdAt: { seconds, nanos } })).toThrow('has no JSON form')
  })

  test('names the message that is not generated', () => {
    expect(() => messageJson({}, 'no.Such', schemas)).toThrow('no.Such')
  })
})
