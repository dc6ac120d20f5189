import { FactsError } from '../../errors'

/** A value in Confluent's wire format: schema id, index of the message in the schema, and the message. */
export interface Frame {
  /** Id of the writer's schema in the registry. */
  readonly schemaId: number
  /** Position of the message at the top level of its file, then inside each parent. */
  readonly indexes: readonly number[]
  /** The protobuf bytes, as a view of the input. */
  readonly payload: Buffer
}

const MAGIC = 0
/** The first message of its file, which most are. */
export const FIRST: readonly number[] = [0]
const MAX_ID = 0x7fff_ffff
/** Maximum nesting of message declarations; deeper nesting is treated as corruption. */
const MAX_DEPTH = 64

/**
 * The prefix of every message: magic byte 0, schema id as int32 big endian, message indexes as zigzag varints
 * after their count, where a single 0 means "the first message".
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 *
 * Throws RangeError on an id or an index outside int32.
 */
export function framePrefix(schemaId: number, indexes: readonly number[]): Buffer {
  if (!isIndex(schemaId)) throw new RangeError(`${schemaId} is not a schema id`)
  if (indexes.length === 0 || indexes.length > MAX_DEPTH || !indexes.every(isIndex))
    throw new RangeError(`[${indexes.join(', ')}] are not message indexes`)
  const id = Buffer.alloc(5)
  id.writeUInt8(MAGIC)
  id.writeInt32BE(schemaId, 1)
  const first = indexes.length === 1 && indexes[0] === 0
  const numbers = first ? [0] : [indexes.length, ...indexes]
  return Buffer.concat([id, Buffer.from(numbers.flatMap(zigzagVarint))])
}

/** Decodes a frame. Throws FRAME_INVALID with the reason for any bytes that are not a frame, and nothing else. */
export function decodeFrame(value: Buffer): Frame {
  if (value.length < 6) {
    throw invalid(`the value has ${value.length} bytes, and no frame is shorter than 6`)
  }
  if (value[0] !== MAGIC) {
    throw invalid(
      `the value begins with byte 0x${value.toString('hex', 0, 1)} instead of the magic byte 0x00, so another kind of serializer wrote it`,
    )
  }
  const schemaId = value.readInt32BE(1)
  if (schemaId < 0) throw invalid(`the schema id ${schemaId} is negative`)
  const cursor: Cursor = { value, position: 5 }
  const count = index(cursor, 'the count of message indexes')
  if (count === 0) return { schemaId, indexes: FIRST, payload: value.subarray(cursor.position) }
  if (count > MAX_DEPTH) throw invalid(`${count} message indexes are announced`)
  const indexes = Array.from({ length: count }, () => index(cursor, 'a message index'))
  return { schemaId, indexes, payload: value.subarray(cursor.position) }
}

interface Cursor {
  readonly value: Buffer
  position: number
}

/** Reads a zigzag varint of at most five bytes that is not negative. */
function index(cursor: Cursor, what: string): number {
  let raw = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = cursor.value[cursor.position++]
    if (byte === undefined) throw invalid(`the value ends inside ${what}`)
    raw += (byte & 127) * 2 ** shift
    if (byte < 128) {
      if (raw > 0xffff_ffff) break
      if (raw % 2 === 1) throw invalid(`${what} is negative`)
      return raw / 2
    }
  }
  throw invalid(`${what} is longer than a 32-bit varint`)
}

function zigzagVarint(value: number): number[] {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}

const isIndex = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_ID

const invalid = (what: string): FactsError =>
  new FactsError('FRAME_INVALID', `This is not a value in Confluent's wire format: ${what}.`)
