import type { JsonObject, JsonValue } from '../../protobuf/json/json'
import { isObject } from '../../table/exact/envelope'
import type { TableShape } from '../../table/shape/table-shape'
import { fieldSchema } from '../values/connect-schema'
import { formatDiffers } from './format-differs'
import type { RowForm } from './row-form'
import type { Connected } from './connected'

/** An envelope with its rows in the decoder's form. Throws FORMAT_DIFFERS. */
export function wholeEnvelope(
  shape: TableShape,
  rows: RowForm,
  { json, schema }: Connected,
): JsonObject {
  if (!isObject(json) || !Object.hasOwn(json, 'op') || !isObject(json['source'])) {
    throw formatDiffers(shape.topic, seenInstead(shape, json))
  }
  const row = (name: 'before' | 'after'): JsonValue => {
    const value = json[name] ?? null
    return isObject(value) ? rows.read(value, fieldSchema(schema, name)) : value
  }
  const { source, transaction = null, op } = json
  return { before: row('before'), after: row('after'), source, transaction, op: op as JsonValue }
}

function seenInstead(shape: TableShape, json: JsonValue): string {
  if (!isObject(json)) return 'it is no envelope of Debezium, but a single value'
  const has = (name: string): boolean => Object.hasOwn(json, name)
  if (has('specversion') && has('type')) {
    return 'it is an event in the form of CloudEvents, which cannot be read: set value.converter on the connector to a JsonConverter'
  }
  const isRow = has('__deleted') || has('__op') || shape.columns.some(({ name }) => has(name))
  if (isRow) {
    return 'it is the row alone, without its envelope, and the format has no ExtractNewRecordState: add the connector\'s "transforms" to the format, with their settings'
  }
  return `it is no envelope of Debezium (${Object.keys(json).slice(0, 5).join(', ')}): a transform has replaced it. Remove that from the connector's "transforms", or do not read this topic here`
}
