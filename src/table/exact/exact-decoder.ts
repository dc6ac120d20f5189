import { FactsError } from '../../errors'
import type { JsonValue } from '../../protobuf/json/json'
import type { ChangeEvent, Tombstone } from '../shape/change-event'
import { checked } from './checked'
import { decodedJson } from './decoded-json'
import type { Origin } from '../shape/column'
import { describeValue } from './described-value'
import { diagnosed } from './diagnose-record'
import { envelopeSchema, isObject, jsonObject } from './envelope'
import { exactPosition } from './exact-position'
import { certainRow, exactRow, unknownColumns } from './exact-row'
import type { RecordBytes } from './record-bytes'
import type { TableShape } from '../shape/table-shape'
import { UNAVAILABLE } from '../shape/unavailable'

export type Decoded = ChangeEvent<object, object> | Tombstone<object>

const OPERATIONS = { c: 'create', r: 'read', u: 'update', d: 'delete', t: 'truncate' } as const
const NONE: readonly string[] = Object.freeze([])

/**
 * Decodes a record by parsing all of it and checking it against the schemas. It is the reference for the meaning of a
 * record, and throws every error: JSON_INVALID, ENVELOPE_INVALID, KEY_INVALID, COLUMN_INVALID (the record is bad) or
 * COLUMN_MISSING (the definition and the table differ).
 */
export function decodeExactly(shape: TableShape, record: RecordBytes): Decoded {
  try {
    return decodeWhole(shape, record)
  } catch (error) {
    throw diagnosed(shape, record, error)
  }
}

function decodeWhole(shape: TableShape, record: RecordBytes): Decoded {
  if (record.value === null)
    return { operation: 'tombstone', key: exactKey(shape, record.key, 'stream') }
  const json = decodedJson(record.value, `value of ${shape.topic}`, 'JSON_INVALID', shape.topic)
  const what = `envelope of ${shape.topic}`
  const envelope = checked(envelopeSchema, json, what, 'ENVELOPE_INVALID', shape.topic)
  const position = exactPosition(envelope.source, envelope.transaction)
  const operation = OPERATIONS[envelope.op]
  if (operation === 'truncate') {
    const common = { unavailable: NONE, unknownColumns: NONE, missingColumns: NONE }
    return { operation, key: null, before: null, after: null, position, ...common }
  }
  const origin = operation === 'read' ? 'snapshot' : 'stream'
  const key = exactKey(shape, record.key, origin)
  const before = isObject(envelope.before) ? certainRow(shape, envelope.before) : null
  if (operation === 'delete') {
    const unknown = unknownIn(shape, envelope.before)
    const common = { unavailable: NONE, unknownColumns: unknown, missingColumns: NONE }
    return { operation, key, before, after: null, position, ...common }
  }
  const { values, missing } = exactRow(shape, envelope.after ?? {}, 'after', origin)
  const unavailable = withdrawUnavailable(shape, values, before)
  const after = shape.makeRow(values)
  const missingColumns = missing.length === 0 ? NONE : missing
  const common = { unavailable, unknownColumns: unknownIn(shape, envelope.after), missingColumns }
  if (operation === 'update') return { operation, key, before, after, position, ...common }
  return { operation, key, before: null, after, position, ...common }
}

/**
 * Replaces each UNAVAILABLE among the values of a row by the old row's value, which is the same (the column did not
 * change), if that is certain, and otherwise by the column's substitute. Returns the columns left without a value.
 */
export function withdrawUnavailable(
  shape: TableShape,
  values: unknown[],
  before: Readonly<Record<string, unknown>> | null,
): readonly string[] {
  const unavailable: string[] = []
  for (const { name, index, column } of shape.columns) {
    if (values[index] !== UNAVAILABLE) continue
    const old = before?.[name] ?? null
    values[index] = old ?? column.substitute
    if (old === null) unavailable.push(name)
  }
  return unavailable.length === 0 ? NONE : unavailable
}

function unknownIn(shape: TableShape, row: JsonValue | undefined): readonly string[] {
  const unknown = isObject(row) ? unknownColumns(shape, row) : NONE
  return unknown.length === 0 ? NONE : unknown
}

/** Values of the key columns, checked; further columns of the key are ignored. */
function exactKey(shape: TableShape, bytes: Buffer | null, origin: Origin): object {
  if (bytes === null) {
    throw new FactsError(
      'KEY_INVALID',
      `A record of ${shape.topic} has no key. The table needs a primary key, or the connector message.key.columns.`,
      { topic: shape.topic },
    )
  }
  const what = `key of ${shape.topic}`
  const json = decodedJson(bytes, what, 'KEY_INVALID', shape.topic)
  const row = checked(jsonObject, json, what, 'KEY_INVALID', shape.topic)
  const values = shape.keyColumns.map(({ name, column }) => {
    const found = Object.hasOwn(row, name) ? row[name] : undefined
    const value =
      found === undefined || found === null ? undefined : column.codec.fromJson(found, origin)
    if (value !== undefined && value !== UNAVAILABLE) return value
    throw new FactsError(
      'KEY_INVALID',
      `The key of ${shape.topic} does not fit the table's definition: at ${name} expected ${column.codec.expected}, found ${describeValue(found)}.`,
      { topic: shape.topic },
    )
  })
  return shape.makeKey(values)
}
