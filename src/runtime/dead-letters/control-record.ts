import { FactsError } from '../../errors'
import type { Headers, LogRecord, OutputRecord } from '../../topology/record'
import type { InputRecord } from '../commit/left-out'
import { INPUT_HEADER, leftOut, leftOutHeaders } from '../commit/left-out'

/*
 * Control records: records of the input that enter the task again, with their coordinates as headers.
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
 * A record that is received, outside its key's order, when the partition has been processed up to `after`: one of another
 * partition that concerns all keys, or an absent row of `facts resync` (`after` is 0).
 */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly processor: string
  readonly after: bigint
  readonly record: InputRecord
}

/** Position of a record on the dead-letter topic. */
export interface LetterPosition {
  readonly partition: number
  readonly offset: bigint
}

/**
 * A dead letter of a parked key, to be processed again. It takes effect once, and only in its turn: while the key has the same
 * parking as when the replay was made, and all its changes before `offset` are settled.
 */
export interface Replay {
  readonly kind: 'replay'
  readonly processor: string
  readonly key: Buffer
  /** Identity of the parking. */
  readonly id: string
  /** Value of the parked key's `taken` at which it is this one's turn. */
  readonly after: string
  /** Input offset of the change, or of the last one that it settles. */
  readonly offset: bigint
  /** Number of changes that it settles: one, or all when all are skipped. */
  readonly settles: number
  readonly isLast: boolean
  /** First position of the last dead letter that the replay covers: later ones follow it. */
  readonly letter: LetterPosition | undefined
  /** Null when it is skipped permanently. */
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

/** The input record of a dead letter or a control record. Undefined when headers are missing or invalid. */
export function inputRecord({ key, value, headers }: OutputRecord): InputRecord | undefined {
  const topic = text(headers, `${INPUT}topic`)
  const partition = text(headers, `${INPUT}partition`)
  const offset = text(headers, `${INPUT}offset`)
  const timestamp = text(headers, `${INPUT}timestamp`)
  if (topic === '' || ![partition, offset, timestamp].every(isCount)) return undefined
  const own = Object.entries(headers).filter(([name]) => name.startsWith(INPUT_HEADER))
  const record = {
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    key,
    value,
    timestamp: BigInt(timestamp),
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

/** `record` names the dead letter also when it is skipped, without its value. */
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

/** Throws CONTROL_INVALID for a record that neither the pipeline nor its commands can have written. */
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
    'This is not a control record of this version: only "facts dead-letters", "facts resync" and the pipeline itself may write to this topic. It was skipped; run the replay or the resync again if it was one.',
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

/** A non-negative 64-bit integer. */
const isCount = (digits: string): boolean => /^[0-9]{1,19}$/.test(digits)

const text = (headers: Headers, name: string): string => headers[name]?.toString() ?? ''
