import { FactsError } from '../../errors'
import type { Headers, LogRecord, OutputRecord } from '../../topology/record'
import type { InputRecord } from '../commit/left-out'
import { INPUT_HEADER, leftOut, leftOutHeaders } from '../commit/left-out'

/*
 * Records of a control topic: records of the input that enter the task again, with their coordinates as headers.
 */
const KIND = 'facts.control'
const PROCESSOR = 'facts.processor'
const AFTER = 'facts.control.after'
const PARKING = 'facts.parked.id'
const PLACE = 'facts.replay.after'
const SETTLES = 'facts.replay.settles'
const LAST = 'facts.replay.last'
const LETTER = 'facts.replay.letter'
const INPUT = 'facts.input.'

/**
 * A record to be received, outside its key's order, when the partition has been processed up to `after`: one of another
 * partition that concerns all keys, or a row that `facts resync` has handed over (`after` is 0).
 */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly processor: string
  readonly after: bigint
  readonly record: InputRecord
}

/** Where a record stands on the topic of the dead letters. */
export interface LetterPosition {
  readonly partition: number
  readonly offset: bigint
}

/**
 * A dead letter of a parked key, to be processed again. It takes effect once, and only in its turn: while the key is parked
 * as it was when the replay was made, and everything before `offset` that waited is settled.
 */
export interface Replay {
  readonly kind: 'replay'
  readonly processor: string
  readonly key: Buffer
  /** Identity of the parking. */
  readonly id: string
  /** What the parked key's `taken` is when this one's turn comes. */
  readonly after: string
  /** Offset in the input of the change, or of the last one that it settles. */
  readonly offset: bigint
  /** Changes that wait and are settled by it: one, or all when all are left out. */
  readonly settles: number
  readonly isLast: boolean
  /** Where the last dead letter that the replay covers was written first: what waits since was written after it. */
  readonly letter: LetterPosition | undefined
  /** Null when it is left out permanently. */
  readonly record: InputRecord | null
}

export type Control = Broadcast | Replay

/** The record's coordinates and headers as headers, so that it can be restored. */
export function inputHeaders(record: InputRecord): Headers {
  return {
    ...leftOutHeaders(record),
    ...Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [`${INPUT_HEADER}${name}`, value]),
    ),
    [`${INPUT}topic`]: record.topic,
    [`${INPUT}partition`]: String(record.partition),
    [`${INPUT}offset`]: record.offset.toString(),
    [`${INPUT}timestamp`]: record.timestamp.toString(),
  }
}

/** The record that a dead letter or a control record was made of. Undefined when headers are missing or are no numbers. */
export function inputRecord({ key, value, headers }: OutputRecord): InputRecord | undefined {
  const topic = text(headers, `${INPUT}topic`)
  const partition = text(headers, `${INPUT}partition`)
  const offset = text(headers, `${INPUT}offset`)
  const timestamp = text(headers, `${INPUT}timestamp`)
  if (topic === '' || ![partition, offset, timestamp].every(isCount)) return undefined
  const own = Object.entries(headers).filter(([name]) => name.startsWith(INPUT_HEADER))
  const record = {
    ...{ topic, partition: Number(partition), offset: BigInt(offset) },
    ...{ key, value, timestamp: BigInt(timestamp) },
    headers: Object.fromEntries(
      own.map(([name, value]) => [name.slice(INPUT_HEADER.length), value]),
    ),
  }
  const left = leftOut(headers)
  return left === undefined ? record : { ...record, value: null, leftOut: left }
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

export type ReplayOptions = Omit<Replay, 'kind' | 'key' | 'offset' | 'record'> & {
  readonly leftOut: boolean
}

/** `record` names the dead letter also when it is left out; its value is not sent then. */
export function replayRecord(
  topic: string,
  record: InputRecord,
  { processor, id, after, settles, isLast, letter, leftOut }: ReplayOptions,
): OutputRecord {
  const { partition, key, timestamp } = record
  const headers: Record<string, Buffer | string> = {
    ...inputHeaders(record),
    [KIND]: leftOut ? 'drop' : 'replay',
    [PROCESSOR]: processor,
    [PARKING]: id,
    [PLACE]: after,
    [SETTLES]: String(settles),
    [LAST]: String(isLast),
  }
  if (letter !== undefined) headers[LETTER] = `${letter.partition}/${letter.offset.toString()}`
  return { topic, partition, key, value: leftOut ? null : record.value, timestamp, headers }
}

/** Throws CONTROL_INVALID for what neither the pipeline nor its commands can have written. */
export function parseControl(record: LogRecord): Control {
  const { headers, key, topic, partition, offset } = record
  const kind = text(headers, KIND)
  const processor = text(headers, PROCESSOR)
  const original = inputRecord(record)
  if (original !== undefined && processor !== '') {
    const after = text(headers, AFTER)
    if (kind === 'broadcast' && isCount(after)) {
      return { kind, processor, after: BigInt(after), record: original }
    }
    if ((kind === 'replay' || kind === 'drop') && key !== null) {
      const replay = parseReplay(headers, original)
      if (replay !== undefined) {
        return { ...replay, processor, key, record: kind === 'drop' ? null : original }
      }
    }
  }
  throw new FactsError(
    'CONTROL_INVALID',
    'This is no control record of this version: only "facts dead-letters", "facts resync" and the pipeline itself may write to this topic. It was left out; give the replay or the resync again if it was one.',
    { topic, partition, offset },
  )
}

function parseReplay(
  headers: Headers,
  { offset }: LogRecord,
): Omit<Replay, 'processor' | 'key' | 'record'> | undefined {
  const id = text(headers, PARKING)
  const after = text(headers, PLACE)
  const settles = text(headers, SETTLES)
  const [letterPartition = '', letterOffset = ''] = text(headers, LETTER).split('/')
  if (id === '' || !isCount(settles) || settles === '0' || !(after === '' || isCount(after))) {
    return undefined
  }
  const letter =
    isCount(letterPartition) && isCount(letterOffset)
      ? { partition: Number(letterPartition), offset: BigInt(letterOffset) }
      : undefined
  const isLast = text(headers, LAST) === 'true'
  return { kind: 'replay', id, after, offset, settles: Number(settles), isLast, letter }
}

/** A whole number from 0 up, of at most 64 bits. */
const isCount = (digits: string): boolean => /^[0-9]{1,19}$/.test(digits)

const text = (headers: Headers, name: string): string => headers[name]?.toString() ?? ''
