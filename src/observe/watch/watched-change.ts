import { capturedTopic } from '../../table/shape/captured-topic'
import { isPlaceholder, isPlaceholderArray } from '../../table/shape/unavailable'
import type { LogRecord } from '../../topology/record'
import type { JsonObject, JsonValue } from '../../protobuf/json/json'
import { parseJsonBytes } from '../../protobuf/json/json'
import type { LastKnown } from './last-known'
import type { Seen } from './seen'

export type Operation = 'insert' | 'update' | 'delete' | 'snapshot' | 'truncate'

const OPERATIONS: Readonly<Record<string, Operation>> = {
  c: 'insert',
  u: 'update',
  d: 'delete',
  r: 'snapshot',
  t: 'truncate',
}

/** A captured change, ready to be shown. */
export interface WatchedChange extends Seen {
  readonly table: string
  /** The key's values as text. */
  readonly subject: string
  readonly key: JsonObject
  /** Undefined for a record that cannot be decoded. */
  readonly operation: Operation | undefined
  /** The row before, from the record or from what this watch has seen; undefined when neither has it. */
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
  /** What Debezium says of the change's place in the source. */
  readonly source: JsonObject
  /** Why it cannot be decoded. */
  readonly fault?: string
}

/**
 * A captured change; undefined for records that are not row changes (tombstones). Of the row before, a record has only the key, and
 * zeros and empty texts in place of the rest, unless the table has REPLICA IDENTITY FULL. Never throws.
 */
export function watchedChange(
  record: LogRecord,
  at: number,
  rows: LastKnown,
  hasFullIdentity: boolean,
): WatchedChange | undefined {
  if (record.value === null) return undefined
  const { table } = capturedTopic(record.topic)
  try {
    const envelope = object(parseJsonBytes(record.value)) ?? {}
    const key = object(record.key === null ? null : parseJsonBytes(record.key)) ?? {}
    const subject = Object.values(key).map(text).join(',')
    const source = object(envelope['source']) ?? {}
    const operation = OPERATIONS[text(envelope['op'])]
    const row = `${record.topic}/${subject}`
    const before = (hasFullIdentity ? object(envelope['before']) : undefined) ?? rows.get(row)
    const after = healed(object(envelope['after']), before)
    if (operation === 'truncate') rows.clear()
    else rows.set(row, after)
    const lsn = text(source['lsn'])
    return {
      pair: `${subject}@${lsn}`,
      at,
      table,
      subject,
      key,
      operation,
      before,
      after,
      source,
    }
  } catch (error) {
    return {
      pair: `${record.partition}/${String(record.offset)}`,
      at,
      table,
      subject: '?',
      key: {},
      operation: undefined,
      before: undefined,
      after: undefined,
      source: {},
      fault: `cannot be decoded: ${(error as Error).message}`,
    }
  }
}

/** The row with the known value of each TOASTed column that the change left alone; without the column when there is none. */
function healed(after: JsonObject | undefined, before: JsonObject = {}): JsonObject | undefined {
  if (after === undefined) return undefined
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, value]): [string, JsonValue][] => {
      if (!isUnavailable(value)) return [[name, value]]
      const last = before[name]
      return last === undefined ? [] : [[name, last]]
    }),
  )
}

const isUnavailable = (value: JsonValue): boolean =>
  typeof value === 'string'
    ? isPlaceholder(value)
    : Array.isArray(value) && isPlaceholderArray(value)

const object = (value: JsonValue | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined

/** A scalar as text. */
const text = (value: JsonValue | undefined): string =>
  typeof value === 'object' || value === undefined ? '' : String(value)
