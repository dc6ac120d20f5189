import { FactsError } from '../../errors'
import type { JsonValue } from '../../protobuf/json/json'
import { parseJsonBytes } from '../../protobuf/json/json'
import { isObject, unwrapped } from './envelope'
import type { RecordBytes } from './record-bytes'
import type { PlacedColumn, TableShape } from '../shape/table-shape'
import { PLACEHOLDER } from '../shape/unavailable'

/**
 * The error of an unreadable record. If the connector's configuration is the cause, the message names the converter, the
 * transform or the setting that produces such records, and what to set.
 */
export function diagnosed(shape: TableShape, record: RecordBytes, error: unknown): unknown {
  if (!(error instanceof FactsError)) return error
  const cause = diagnosis(shape, record, error)
  if (cause === undefined) return error
  const options = { ...error.coordinates, cause: error.cause }
  return new FactsError(error.code, `${error.message} ${cause}`, options)
}

/** Undefined without a further diagnosis. */
function diagnosis(
  shape: TableShape,
  { key, value }: RecordBytes,
  { code }: FactsError,
): string | undefined {
  if (code === 'JSON_INVALID' && value !== null) return ofBytes('value', value)
  if (code === 'KEY_INVALID' && key !== null) {
    return ofBytes('key', key) ?? ofKey(shape, parsed(key))
  }
  const json = value === null ? undefined : parsed(value)
  if (code === 'ENVELOPE_INVALID') return ofEnvelope(shape, json)
  if (code !== 'COLUMN_INVALID' || !isObject(json)) return undefined
  return ofRow(shape.columns, json['after']) ?? ofRow(shape.columns, json['before'])
}

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'

/** Bytes that are not the JSON of an object. */
function ofBytes(part: 'key' | 'value', bytes: Buffer): string | undefined {
  const set = `Set ${part}.converter=${JSON_CONVERTER} and ${part}.converter.schemas.enable=false on the connector.`
  if (bytes[0] === 0 && bytes.length > 5) {
    const id = bytes.readUInt32BE(1)
    return `It begins as registry converters write (a zero byte, then the id of a schema, perhaps ${id}): ${part}.converter is one for Avro, Protobuf or JSON Schema. ${set}`
  }
  const start = bytes.subarray(0, 7).toString('latin1')
  if (start === 'Struct{') {
    return `It is the text of a Java object: ${part}.converter is a StringConverter. ${set}`
  }
  return undefined
}

function ofKey(shape: TableShape, json: JsonValue | undefined): string | undefined {
  if (json === undefined) return undefined
  if (isObject(json)) return ofRow(shape.keyColumns, json)
  return 'A key that is a bare value comes from a transform (ExtractField$Key) or another converter: remove it from the connector\'s "transforms"; the key has to be an object of the key\'s columns.'
}

const ENVELOPE = ['op', 'before', 'after', 'source']

/** JSON that is not an envelope. */
function ofEnvelope(shape: TableShape, json: JsonValue | undefined): string | undefined {
  if (typeof json === 'string') {
    return `It is JSON within the text of another JSON: a transform has made text of the change, or two converters follow each other. Set value.converter=${JSON_CONVERTER} and remove the transform from the connector's "transforms".`
  }
  if (!isObject(json)) return undefined
  const has = (name: string): boolean => Object.hasOwn(json, name)
  if (has('specversion') && has('type')) {
    return `It is an event in the form of CloudEvents: value.converter is io.debezium.converters.CloudEventsConverter. Set value.converter=${JSON_CONVERTER} and value.converter.schemas.enable=false on the connector.`
  }
  if (Object.keys(json).some((name) => /^(before|after|source)[._]./.test(name))) {
    return 'Its fields are in one level ("after.id"): remove the transform Flatten from the connector\'s "transforms".'
  }
  if (ENVELOPE.some(has)) {
    if (has('op') && !has('source')) {
      return 'It has no source: a transform (ReplaceField) or an option of the connector removes it. Remove that from the connector\'s "transforms".'
    }
    return undefined
  }
  const isUnwrapped = has('__deleted') || has('__op') || shape.columns.some(({ name }) => has(name))
  if (isUnwrapped) {
    return 'It is the row alone, without its envelope: remove the transform ExtractNewRecordState ("unwrap") from the connector\'s "transforms"; facts need before, after and source.'
  }
  return 'It is neither an envelope nor a row of this table: a transform has replaced it, as the outbox EventRouter does with the payload. Remove it from the connector\'s "transforms", or do not read this topic here.'
}

/** The first value of a row that is the result of another setting of the connector. */
function ofRow(columns: readonly PlacedColumn[], row: JsonValue | undefined): string | undefined {
  if (!isObject(row)) return undefined
  for (const { name, column } of columns) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (value === undefined || value === null) continue
    if (column.codec.fromJson(value, 'snapshot') !== undefined) continue
    if (column.codec.fromJson(value, 'stream') !== undefined) continue
    const [type = ''] = column.postgresTypes
    const set = settingFor(type.replace(/\[\]$/, ''), Array.isArray(value) ? value[0] : value)
    if (set !== undefined) return `${name} is written so with another setting. ${set}`
  }
  return undefined
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

/** The setting of the connector for values of the type; undefined when the value is not the result of another setting. */
function settingFor(type: string, value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string' && value !== PLACEHOLDER && /unavailable/i.test(value)) {
    return `Set unavailable.value.placeholder=${PLACEHOLDER} on the connector.`
  }
  if (/^(timestamp|date|time)/.test(type) && isNumber(value)) {
    return 'Set time.precision.mode=isostring on the connector.'
  }
  if (type === 'interval' && isNumber(value)) {
    return 'Set interval.handling.mode=string on the connector.'
  }
  if ((type === 'numeric' || type === 'money') && value !== undefined) {
    return 'Set decimal.handling.mode=string on the connector.'
  }
  if (type === 'hstore' && typeof value === 'object') {
    return 'Set hstore.handling.mode=json on the connector.'
  }
  return undefined
}

function parsed(bytes: Buffer): JsonValue | undefined {
  try {
    return unwrapped(parseJsonBytes(bytes))
  } catch {
    return undefined
  }
}
