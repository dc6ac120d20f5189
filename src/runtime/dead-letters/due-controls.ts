import type { FactsError } from '../../errors'
import { toFactsError } from '../../errors'
import type { InputBatch, Log } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import type { Control } from './control-record'
import { parseControl } from './control-record'
import { MAX_READ_BYTES, withOriginal } from './read-original'

/** The task's position in its input. */
export interface InputPosition {
  readonly topic: string
  readonly partition: number
  readonly position: bigint
}

/** An invalid record of the control topic: it becomes a dead letter. */
export interface Unreadable {
  readonly kind: 'unreadable'
  readonly record: LogRecord
  readonly error: FactsError
}

export interface DueControls {
  readonly controls: readonly (Control | Unreadable)[]
  /** Start offset of the next batch of the control topic. */
  readonly nextOffset: bigint
}

/**
 * The control records of a batch that can be processed now: all before the first broadcast whose input offset has not been
 * reached.
 */
export async function dueControls(
  log: Log,
  { records, nextOffset }: Pick<InputBatch, 'records' | 'nextOffset'>,
  from: bigint,
  input: InputPosition,
): Promise<DueControls> {
  const controls: (Control | Unreadable)[] = []
  let read = 0
  for (const record of records) {
    if (record.offset < from) continue
    const control = readControl(record)
    if (control.kind === 'broadcast' && !(await isReached(log, input, control.after))) {
      return { controls, nextOffset: record.offset }
    }
    if (control.kind === 'unreadable' || control.record === null) {
      controls.push(control)
      continue
    }
    read += control.record.leftOut?.bytes ?? 0
    if (read > MAX_READ_BYTES && controls.length > 0) {
      return { controls, nextOffset: record.offset }
    }
    controls.push({ ...control, record: await withOriginal(log, control.record) })
  }
  return { controls, nextOffset }
}

function readControl(record: LogRecord): Control | Unreadable {
  try {
    return parseControl(record)
  } catch (error) {
    return { kind: 'unreadable', record, error: toFactsError(error) }
  }
}

/** Offsets of transaction markers and of aborted records are never delivered, so the position may stay before them. */
async function isReached(
  log: Log,
  { topic, partition, position }: InputPosition,
  after: bigint,
): Promise<boolean> {
  if (position >= after) return true
  const high = (await log.admin.offsets(topic)).get(partition)?.high ?? 0n
  // An offset that the input does not have is not waited for: a truncated topic, or a foreign record, would block later ones.
  const to = high < after ? high : after
  if (position >= to) return true
  let isEmpty = true
  await log.readRange({ topic, partition, from: position, to }, (records) => {
    isEmpty = records.length === 0
    return Promise.resolve(isEmpty)
  })
  return isEmpty
}
