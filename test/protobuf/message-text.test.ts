import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { Writer } from 'protobufjs/minimal'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { messageJson } from '../../src/protobuf/json/message-json'
import { messageText } from '../../src/protobuf/json/message-text'
import type { MessageType } from '../../src/protobuf/message/message-type'
import { decodeMessage } from '../../src/protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../../src/protobuf/message/schema-manifest'
import { codePoint } from '../support/code-point'
import { generatedMessages } from '../support/generated-messages'
import { temporaryFolder } from '../support/temporary-folder'

/** Every scalar, plain, with presence and in a list that is not packed. */
const NUMBERS = [
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'float',
  'double',
  'bool',
]
const SCALARS = [...NUMBERS, 'string', 'bytes']
const PROTO = `
  import "google/protobuf/timestamp.proto";
  enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; COLOUR_LOW = -2; }
  message M {
    ${SCALARS.map((type, n) => `${type} a_${type} = ${n + 1};`).join('\n')}
    ${SCALARS.map((type, n) => `optional ${type} b_${type} = ${n + 101};`).join('\n')}
    ${SCALARS.map((type, n) => `repeated ${type} c_${type} = ${n + 201}${NUMBERS.includes(type) ? ' [packed = false]' : ''};`).join('\n')}
    Colour colour = 301; optional Colour shade = 302; repeated Colour colours = 303 [packed = false];
    M inner = 304; repeated M list = 305;
    google.protobuf.Timestamp time = 306; repeated google.protobuf.Timestamp times = 307;
    repeated int32 packed = 308; map<string, int32> counts = 309;
    oneof choice { string left = 310; int64 right = 311; }
  }`

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.string({ unit: codePoint, maxLength: 12 }),
  fc.constantFrom('"', '\\', '\u0000\n', '\u2028', 'é', '😀', '\ufffd', '\u007f'),
)
const i32 = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)))
const u32 = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1))
const i64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 49n - 1n, 2n ** 49n, 2n ** 53n + 1n, 2n ** 63n - 1n),
)
const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 64n - 1n),
)
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  int32: i32,
  sint32: i32,
  sfixed32: i32,
  uint32: u32,
  fixed32: u32,
  int64: i64,
  sint64: i64,
  sfixed64: i64,
  uint64: u64,
  fixed64: u64,
  float: fc.float(),
  double: fc.double(),
  bool: fc.boolean(),
  string: text,
  bytes: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
}
const timestamp = fc.record({
  seconds: fc.oneof(fc.bigInt(-62_135_596_800n, 253_402_300_799n), fc.constant(0n)),
  nanos: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1_000, 1_000_000)),
})
const colour = fc.constantFrom(0, 1, -2, 99)

const camel = (prefix: string, type: string): string =>
  prefix + (type[0] ?? '').toUpperCase() + type.slice(1)
const fields = (depth: number): fc.Arbitrary<object> => {
  const record: Record<string, fc.Arbitrary<unknown>> = {
    colour,
    shade: colour,
    colours: fc.array(colour, { maxLength: 3 }),
    time: timestamp,
    times: fc.array(timestamp, { maxLength: 2 }),
    left: text,
  }
  for (const type of SCALARS) {
    const value = VALUES[type] ?? fc.constant(0)
    record[camel('a', type)] = value
    record[camel('b', type)] = value
    record[camel('c', type)] = fc.array(value, { maxLength: 3 })
  }
  if (depth > 0) {
    record['inner'] = fields(depth - 1)
    record['list'] = fc.array(fields(depth - 1), { maxLength: 2 })
  }
  return fc.record(record, { requiredKeys: [] })
}

describe('the fast way to JSON', () => {
  const folder = temporaryFolder()
  let manifest: SchemaManifest
  let type: MessageType<object>
  beforeEach(async () => {
    const path = join(folder.path, 'proto', 'a/v1/a.proto')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `syntax = "proto3";\npackage a.v1;\n${PROTO}`)
    const made = await generatedMessages(join(folder.path, 'proto'), join(folder.path, 'out'))
    manifest = made.schemas
    type = made.type('a.v1.M')
  })
  const exactly = (bytes: Buffer): string =>
    messageJson(decodeMessage(type, bytes), 'a.v1.M', manifest)
  const encoded = (value: object): Buffer => Buffer.from(type.encode(value).finish())

  test('says what the exact way says, of every kind of field', () => {
    const fast = messageText('a.v1.M', manifest)
    let taken = 0
    fc.assert(
      fc.property(fields(2), (value) => {
        const bytes = encoded(value)
        const found = fast(bytes)
        if (found === undefined) return
        taken += 1
        expect(found).toBe(exactly(bytes))
      }),
      { numRuns: 400 },
    )
    expect(taken).toBeGreaterThan(100)
  })

  test('says the same or nothing of bytes that were damaged, cut or put together', () => {
    const fast = messageText('a.v1.M', manifest)
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 })
    fc.assert(
      fc.property(
        fields(1),
        fields(0),
        damage,
        fc.option(fc.nat()),
        (first, second, changes, cut) => {
          let bytes = Buffer.concat([encoded(first), encoded(second)])
          for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
          if (cut !== null && bytes.length > 0) bytes = bytes.subarray(0, cut % bytes.length)
          const found = fast(bytes)
          if (found !== undefined) expect(found).toBe(exactly(bytes))
        },
      ),
      { numRuns: 600 },
    )
  })

  test('leaves out defaults that an encoder wrote all the same', () => {
    const fast = messageText('a.v1.M', manifest)
    for (const [n, scalar] of SCALARS.entries()) {
      const wire = /fixed64|double/.test(scalar) ? 1 : /fixed32|float/.test(scalar) ? 5 : 0
      const form = scalar === 'string' || scalar === 'bytes' ? 2 : wire
      const size = form === 1 ? 8 : form === 5 ? 4 : 1
      const tag = (number: number): Buffer =>
        Buffer.from(
          Writer.create()
            .uint32((number << 3) | form)
            .finish(),
        )
      const zero = Buffer.alloc(size)
      for (const number of [n + 1, n + 101, n + 201]) {
        const bytes = Buffer.concat([tag(number), zero])
        expect([scalar, number, fast(bytes)]).toEqual([scalar, number, exactly(bytes)])
      }
    }
  })

  test('leaves a field that was written twice to the exact way', () => {
    const twice = Buffer.concat([encoded({ left: 'a' }), encoded({ left: 'b' })])
    expect(exactly(twice)).toBe('{"left":"b"}')
    expect(messageText('a.v1.M', manifest)(twice)).toBeUndefined()
  })

  test.each([
    ['a packed list', { packed: [1, 2] }],
    ['a map', { counts: { a: 1 } }],
  ])('leaves %s to the exact way', (_what, value) => {
    expect(messageText('a.v1.M', manifest)(encoded(value))).toBeUndefined()
  })

  test('takes facts as they are written', () => {
    const { Primary } = wildapp.primary.v1
    const name = 'wildapp.primary.v1.Primary'
    const fact = { id: 7n, title: 'ä "x"', labels: ['', 'b'], score: Number.NaN, secondaryId: 0n }
    const bytes = Buffer.from(Primary.encode(fact).finish())
    const expected = messageJson(Primary.decode(bytes), name, schemas)
    expect(messageText(name, schemas)(bytes)).toBe(expected)
  })
})
