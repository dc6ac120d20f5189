import { FactsError, toFactsError } from '../../errors'
import type { JsonValue } from '../../protobuf/json/json'
import { parseJsonBytes } from '../../protobuf/json/json'
import { ByteCursor } from '../../table/bytes/byte-cursor'
import { isObject } from '../../table/exact/envelope'
import type { ConnectSchema } from '../values/connect-schema'
import { formatDiffers } from './format-differs'
import type { WireReader } from './connected'

/** Schemas of a topic that are remembered: one a version of the table, with old rows and without. */
const MOST_SCHEMAS = 8
const BEGIN = Buffer.from('{"schema":')
const MIDDLE = Buffer.from(',"payload":')

/** The bytes of a record before its payload, and what they say. */
interface KnownSchema {
  readonly bytes: Buffer
  readonly schema: ConnectSchema
}

const cursor = new ByteCursor()

/** Reads what Kafka Connect's JsonConverter writes. */
export function jsonReader(part: 'key' | 'value', topic: string, hasSchemas: boolean): WireReader {
  const read = hasSchemas ? withSchemas(part, topic) : alone(part, topic)
  return (bytes) => {
    try {
      return read(bytes)
    } catch (error) {
      if (bytes[0] === 0 && bytes.length > 5) throw formatDiffers(topic, ofRegistry(part, bytes))
      throw error
    }
  }
}

function ofRegistry(part: string, bytes: Buffer): string {
  return `its ${part} begins as registry converters write (a zero byte, then the id of a schema, perhaps ${bytes.readUInt32BE(1)}), and the format says JSON: set '${part}.converter' in the format to the converter of the connector`
}

function alone(part: 'key' | 'value', topic: string): WireReader {
  return (bytes) => {
    const json = parsed(part, topic, bytes)
    if (isWrapped(json)) {
      throw formatDiffers(
        topic,
        `its ${part} is JSON with a schema, and the format says JSON without: set '${part}.converter.schemas.enable': 'true' in the format`,
      )
    }
    return { json, schema: undefined }
  }
}

function withSchemas(part: 'key' | 'value', topic: string): WireReader {
  const known: KnownSchema[] = []
  return (bytes) => {
    // Of a record of kilobytes most is its schema, which is that of the record before.
    const at = known.findIndex((one) => bytes.subarray(0, one.bytes.length).equals(one.bytes))
    const found = known[at]
    if (found !== undefined) {
      if (at > 0) known.unshift(...known.splice(at, 1))
      const payload = bytes.subarray(found.bytes.length, bytes.length - 1)
      return { json: parsed(part, topic, payload), schema: found.schema }
    }
    const json = parsed(part, topic, bytes)
    if (!isWrapped(json) || !isObject(json['schema'])) {
      throw formatDiffers(
        topic,
        `its ${part} is JSON without a schema, and the format says JSON with schemas: set '${part}.converter.schemas.enable': 'false' in the format`,
      )
    }
    const schema = json['schema'] as unknown as ConnectSchema
    const end = payloadStart(bytes)
    if (end !== undefined) {
      known.unshift({ bytes: Buffer.from(bytes.subarray(0, end)), schema })
      known.length = Math.min(known.length, MOST_SCHEMAS)
    }
    return { json: json['payload'], schema }
  }
}

/** Where the payload begins, in the compact form that the converter writes. */
function payloadStart(bytes: Buffer): number | undefined {
  if (!bytes.subarray(0, BEGIN.length).equals(BEGIN)) return undefined
  cursor.attach(bytes)
  cursor.openText(0)
  cursor.pos += BEGIN.length
  const base = cursor.pos - BEGIN.length
  if (!cursor.skipValue()) return undefined
  const end = cursor.pos - base
  return bytes.subarray(end, end + MIDDLE.length).equals(MIDDLE) ? end + MIDDLE.length : undefined
}

/** Whether the converter has wrapped the payload with its schema; see `unwrapped` of the decoder. */
function isWrapped(json: JsonValue): json is { schema: JsonValue; payload: JsonValue } {
  return (
    isObject(json) &&
    Object.keys(json).length === 2 &&
    Object.hasOwn(json, 'payload') &&
    (json['schema'] === null || isObject(json['schema']))
  )
}

function parsed(part: 'key' | 'value', topic: string, bytes: Buffer): JsonValue {
  try {
    return parseJsonBytes(bytes)
  } catch (cause) {
    throw new FactsError(
      part === 'key' ? 'KEY_INVALID' : 'JSON_INVALID',
      `The ${part} of ${topic} is ${toFactsError(cause).message}.`,
      { cause, topic },
    )
  }
}
