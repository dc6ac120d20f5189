import { capturedTopic } from '../../table/shape/captured-topic'
import type { LogRecord } from '../../topology/record'
import type { JsonObject, JsonValue } from '../../protobuf/json/json'
import { parseJsonBytes } from '../../protobuf/json/json'
import type { Seen } from './pairing'

const OPERATIONS: Readonly<Record<string, string>> = {
  c: 'insert',
  u: 'update',
  d: 'delete',
  r: 'snapshot',
  t: 'truncate',
}

/** A captured change as text; undefined for records that are not row changes (tombstones). Never throws. */
export function describeChange(record: LogRecord, at: number): Seen | undefined {
  if (record.value === null) return undefined
  const { table } = capturedTopic(record.topic)
  try {
    const envelope = object(parseJsonBytes(record.value))
    const key = object(record.key === null ? null : parseJsonBytes(record.key))
    const subject = Object.values(key).map(String).join(',')
    const lsn = text(object(envelope['source'])['lsn'])
    const op = text(envelope['op'])
    const operation = OPERATIONS[op] ?? op
    return {
      pair: `${subject}@${lsn}`,
      at,
      title: `${table} ${subject} ${operation}`,
      body: JSON.stringify(envelope['after'] ?? envelope['before'] ?? null, exactText),
    }
  } catch (error) {
    const body = `cannot be decoded: ${(error as Error).message}`
    return { pair: `${record.partition}/${String(record.offset)}`, at, title: `${table} ?`, body }
  }
}

const object = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

/** A scalar as text. */
const text = (value: JsonValue | undefined): string =>
  typeof value === 'object' || value === undefined ? '' : String(value)

/** JSON.stringify does not support bigint; protobuf's JSON writes 64-bit integers as strings too. */
const exactText = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value
