import { FactsError, toFactsError } from '../../errors'
import type { JsonValue } from '../../protobuf/json/json'
import type { ConnectSchema } from '../values/connect-schema'
import type { AvroSchema } from './avro-schema'
import type { WireReader } from './connected'
import { formatDiffers } from './format-differs'

/** A zero byte, and the id of the schema in four. */
const HEADER_BYTES = 5

/** Id of the schema that the bytes begin with, in Confluent's form; undefined when they do not. */
export function schemaIdOf(bytes: Buffer | null): number | undefined {
  return bytes !== null && bytes.length >= HEADER_BYTES && bytes[0] === 0
    ? bytes.readUInt32BE(1)
    : undefined
}

/** Reads what Avro converters write in Confluent's form, with the schemas that were fetched. */
export function avroReader(
  part: 'key' | 'value',
  topic: string,
  schemas: ReadonlyMap<number, AvroSchema>,
): WireReader {
  return (bytes) => {
    const id = schemaIdOf(bytes)
    if (id === undefined) {
      const isJson = bytes[0] === 0x7b
      throw formatDiffers(
        topic,
        `its ${part} does not begin with a zero byte and the id of a schema${isJson ? ', it is JSON' : ''}, and the format says Avro: set '${part}.converter' in the format to the converter of the connector`,
      )
    }
    const schema = schemas.get(id)
    if (schema === undefined) {
      throw new FactsError(
        'SCHEMA_UNKNOWN',
        `The ${part} of a record of ${topic} has the schema ${id}, which the registry does not have as an Avro schema. Check that registry.url is the registry of the connector, and that its converters write ids of that interface (for Apicurio: as-confluent=true, use-id=contentId).`,
        { topic },
      )
    }
    try {
      const value: unknown = schema.type.fromBuffer(bytes.subarray(HEADER_BYTES))
      return { json: connectJson(value, schema.connect), schema: schema.connect }
    } catch (cause) {
      throw new FactsError(
        part === 'key' ? 'KEY_INVALID' : 'JSON_INVALID',
        `The ${part} of ${topic} does not fit its schema ${id}: ${toFactsError(cause).message}`,
        { cause, topic },
      )
    }
  }
}

/** A decoded value as the JSON converter would have written it. */
function connectJson(value: unknown, schema: ConnectSchema | undefined): JsonValue {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value)
    return schema?.type === 'float' ? shortest(value) : value
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((item) => connectJson(item, schema?.items))
  const fields = new Map(schema?.fields?.map((field) => [field.field, field]))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      connectJson(inner, fields.get(name) ?? schema?.values),
    ]),
  )
}

/** The number with the fewest digits that is this 32-bit float, as Java writes it. */
function shortest(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Object.is(Math.fround(short), value)) return short
  }
  return value
}
