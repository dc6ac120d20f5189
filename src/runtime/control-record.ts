import { FactsError } from '../errors'
import type { Headers, LogRecord, OutputRecord } from '../topology/record'

/*
 * Records of a control topic: records of the input that enter the task again, with their coordinates as headers.
 */
const KIND = 'facts.control'
const PROCESSOR = 'facts.processor'
const AFTER = 'facts.control.after'
const ROUND = 'facts.parked.round'
const LAST = 'facts.replay.last'
const INPUT = 'facts.input.'
const INPUT_HEADER = 'facts.input.header.'

/**
 * A record to be received, outside its key's order, when the partition has been processed up to `after`: one of another
 * partition that concerns all keys, or a row that `facts resync` has handed over (`after` is 0).
 */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly processor: string
  readonly after: bigint
  readonly record: LogRecord
}

/** A dead letter of a parked key, to be processed again; `record` is null when it is left out for good. */
export interface Replay {
  readonly kind: 'replay'
  readonly processor: string
  readonly key: Buffer
  /** The dead letters that are replayed carry the same number. */
  readonly round: number
  readonly isLast: boolean
  readonly record: LogRecord | null
}

export type Control = Broadcast | Replay

/** The record's coordinates and headers as headers, so that it can be restored. */
export function inputHeaders(record: LogRecord): Headers {
  return {
    ...Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [`${INPUT_HEADER}${name}`, value]),
    ),
    [`${INPUT}topic`]: record.topic,
    [`${INPUT}partition`]: String(record.partition),
    [`${INPUT}offset`]: record.offset.toString(),
    [`${INPUT}timestamp`]: record.timestamp.toString(),
  }
}

/** The record that a dead letter or a control record was made of. Undefined when headers are missing. */
export function inputRecord({ key, value, headers }: OutputRecord): LogRecord | undefined {
  const topic = text(headers, `${INPUT}topic`)
  const partition = text(headers, `${INPUT}partition`)
  const offset = text(headers, `${INPUT}offset`)
  const timestamp = text(headers, `${INPUT}timestamp`)
  if (topic === '' || partition === '' || offset === '' || timestamp === '') return undefined
  const own = Object.entries(headers).filter(([name]) => name.startsWith(INPUT_HEADER))
  return {
    ...{ topic, partition: Number(partition), offset: BigInt(offset) },
    ...{ key, value, timestamp: BigInt(timestamp) },
    headers: Object.fromEntries(
      own.map(([name, value]) => [name.slice(INPUT_HEADER.length), value]),
    ),
  }
}

export function broadcastRecord(
  topic: string,
  partition: number,
  { processor, after, record }: Omit<Broadcast, 'kind'>,
): OutputRecord {
  const { key, value, timestamp } = record
  const headers = {
    ...inputHeaders(record),
    [KIND]: 'broadcast',
    [PROCESSOR]: processor,
    [AFTER]: after.toString(),
  }
  return { topic, partition, key, value, timestamp, headers }
}

/** `record` names the dead letter also when it is left out; its value then stays behind. */
export function replayRecord(
  topic: string,
  record: LogRecord,
  { processor, round, isLast, leftOut }: ReplayOptions,
): OutputRecord {
  const headers = {
    ...inputHeaders(record),
    [KIND]: leftOut ? 'drop' : 'replay',
    [PROCESSOR]: processor,
    [ROUND]: String(round),
    [LAST]: String(isLast),
  }
  const { partition, key, timestamp } = record
  return { topic, partition, key, value: leftOut ? null : record.value, timestamp, headers }
}

export interface ReplayOptions {
  readonly processor: string
  readonly round: number
  readonly isLast: boolean
  readonly leftOut: boolean
}

/** Throws CONTROL_INVALID for what nobody but a stranger can have written. */
export function parseControl(record: LogRecord): Control {
  const { headers, key, topic, partition, offset } = record
  const kind = text(headers, KIND)
  const processor = text(headers, PROCESSOR)
  const original = inputRecord(record)
  if (original !== undefined && processor !== '') {
    const after = text(headers, AFTER)
    if (kind === 'broadcast' && after !== '') {
      return { kind, processor, after: BigInt(after), record: original }
    }
    const round = Number(text(headers, ROUND))
    if ((kind === 'replay' || kind === 'drop') && key !== null && Number.isInteger(round)) {
      const isLast = text(headers, LAST) === 'true'
      const replayed = kind === 'drop' ? null : original
      return { kind: 'replay', processor, key, round, isLast, record: replayed }
    }
  }
  throw new FactsError(
    'CONTROL_INVALID',
    'This is no control record: only "facts dead-letters", "facts resync" and the pipeline itself may write to this topic.',
    { topic, partition, offset },
  )
}

const text = (headers: Headers, name: string): string => headers[name]?.toString() ?? ''
