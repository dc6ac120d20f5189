import { createHash } from 'node:crypto'
import type { FactsError } from '../../errors'
import { batchBytes } from '../../broker/record-size'
import type { Headers, LogRecord, OutputRecord } from '../../topology/record'

/*
 * A dead letter or a control record that is too large for its topic is written without its value: it has the coordinates of
 * the input record and the hash of the value. `readOriginal` reads it there.
 */
const SHA256 = 'facts.value.sha256'
const BYTES = 'facts.value.bytes'
const KEY_SHA256 = 'facts.key.sha256'
const KEY_BYTES = 'facts.key.bytes'
/** Prefix of the input record's own headers. */
export const INPUT_HEADER = 'facts.input.header.'

/** Description of a value that was not copied. */
export interface LeftOut {
  readonly sha256: string
  readonly bytes: number
  /** Error if it can no longer be read. */
  readonly lost?: FactsError
}

/** An input record; with `leftOut` it lacks the value, which has to be read from the input. */
export interface InputRecord extends LogRecord {
  readonly leftOut?: LeftOut
  /** Set for a key that is too large for any topic. */
  readonly keyLeftOut?: LeftOut
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Undefined when the record is complete. */
export function leftOut(headers: Headers): LeftOut | undefined {
  const hash = headers[SHA256]?.toString()
  if (hash === undefined) return undefined
  return { sha256: hash, bytes: Number(headers[BYTES]?.toString()) }
}

export function leftOutHeaders({ leftOut: value, keyLeftOut: key }: InputRecord): Headers {
  const ofValue =
    value === undefined ? {} : { [SHA256]: value.sha256, [BYTES]: String(value.bytes) }
  const ofKey =
    key === undefined ? {} : { [KEY_SHA256]: key.sha256, [KEY_BYTES]: String(key.bytes) }
  return { ...ofValue, ...ofKey }
}

/** Throws for a record whose value is lost. */
export function refuseLeftOut({ leftOut: value }: InputRecord): void {
  if (value !== undefined) throw value.lost ?? new Error('the value was not read')
}

/** The record with its key replaced by a hash. */
export function withoutKey(record: InputRecord): InputRecord {
  const { key } = record
  if (key === null) return record
  return { ...record, key: null, keyLeftOut: { sha256: sha256(key), bytes: key.length } }
}

/**
 * The record abridged to fit into a batch of this size: unchanged, or with its value replaced by a line that says where the
 * value is, or also without the input record's headers. A key that is still too large is replaced by its hash; such a key
 * cannot be parked.
 */
export function abridged(record: OutputRecord, limit: number): OutputRecord {
  const before = leftOut(record.headers)
  if (before === undefined && batchBytes(record) <= limit) return record
  const { value } = record
  // A tombstone is too large only by its headers.
  const known = before ?? { sha256: sha256(value ?? NONE), bytes: value?.length ?? 0 }
  const headers = { ...record.headers, [SHA256]: known.sha256, [BYTES]: String(known.bytes) }
  const short = { ...record, value: lineFor(known, headers), headers }
  if (batchBytes(short) <= limit) return short
  const own = Object.entries(headers).filter(([name]) => !name.startsWith(INPUT_HEADER))
  const shorter = { ...short, headers: Object.fromEntries(own) }
  const { key } = shorter
  if (key === null || batchBytes(shorter) <= limit) return shorter
  const hash = { [KEY_SHA256]: sha256(key), [KEY_BYTES]: String(key.length) }
  return { ...shorter, key: null, headers: { ...shorter.headers, ...hash } }
}

/** The replacement text, for people; programs read the headers. */
function lineFor({ sha256, bytes }: LeftOut, headers: Headers): Buffer {
  const [topic, partition, offset] = ['topic', 'partition', 'offset'].map((name) =>
    headers[`facts.input.${name}`]?.toString(),
  )
  const at = `${topic ?? '?'}/${partition ?? '?'}@${offset ?? '?'}`
  return Buffer.from(
    `The value, ${bytes} bytes, is too large for this topic. It is at ${at} (sha256 ${sha256}).`,
  )
}

const NONE = Buffer.alloc(0)
