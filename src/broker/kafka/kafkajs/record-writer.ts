import type { ByteWriter, Bytes } from './byte-writer'
import { sizeOfVarbytes, sizeOfVarint, sizeOfVarlong } from './byte-writer'

/** `undefined` is no header; an array is one header for each of its values. */
export type HeaderValue = Bytes | null | undefined | readonly (Bytes | null)[]
type Headers = Readonly<Record<string, HeaderValue>>

/** A message to produce: KafkaJS's Message, with null header values, which Kafka supports and KafkaJS rejects. */
export interface ProducedMessage {
  readonly key?: Bytes | null
  readonly value: Bytes | null
  readonly headers?: Headers | null
  /** Milliseconds since the epoch; the time of encoding when absent. */
  readonly timestamp?: string | number | bigint | null
}

/** The measured records of one batch, so that they can be written once into a buffer of the exact size. */
export interface MeasuredRecords {
  readonly messages: readonly ProducedMessage[]
  readonly size: number
  readonly firstTimestamp: number
  readonly maxTimestamp: number
  /** Per message: milliseconds since the epoch. */
  readonly timestamps: readonly number[]
  /** Per message: bytes after its length field. */
  readonly bodies: readonly number[]
}

const ATTRIBUTES_SIZE = 1
/** Above it a difference of two timestamps would not be exact. */
const MAX_TIMESTAMP = 2 ** 52

/** Throws TypeError or RangeError, which KafkaJS never retries, for what is not a message. */
export function measureRecords(messages: readonly ProducedMessage[], now: number): MeasuredRecords {
  const timestamps = messages.map((message) => timestampOf(message, now))
  let firstTimestamp = timestamps[0] ?? now
  let maxTimestamp = firstTimestamp
  for (const timestamp of timestamps) {
    if (timestamp < firstTimestamp) firstTimestamp = timestamp
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
  }
  let size = 0
  const bodies = messages.map((message, index) => {
    const body =
      ATTRIBUTES_SIZE +
      sizeOfVarlong((timestamps[index] ?? 0) - firstTimestamp) +
      sizeOfVarint(index) +
      sizeOfVarbytes(message.key) +
      sizeOfVarbytes(message.value) +
      sizeOfHeaders(message.headers)
    size += sizeOfVarint(body) + body
    return body
  })
  return { messages, size, firstTimestamp, maxTimestamp, timestamps, bodies }
}

export function writeRecords(writer: ByteWriter, records: MeasuredRecords): void {
  const { messages, bodies, timestamps, firstTimestamp } = records
  messages.forEach((message, index) => {
    writer.varint(bodies[index] ?? 0)
    writer.int8(0) // record attributes: unused by Kafka so far
    writer.varlong((timestamps[index] ?? 0) - firstTimestamp)
    writer.varint(index)
    writer.varbytes(message.key)
    writer.varbytes(message.value)
    writeHeaders(writer, message.headers)
  })
}

function timestampOf({ timestamp }: ProducedMessage, now: number): number {
  if (timestamp === undefined || timestamp === null || timestamp === '') return now
  const milliseconds = Number(timestamp)
  // -1 is Kafka's NO_TIMESTAMP.
  if (Number.isInteger(milliseconds) && milliseconds >= -1 && milliseconds < MAX_TIMESTAMP) {
    return milliseconds
  }
  throw new RangeError(`A timestamp must be milliseconds since the epoch, not ${timestamp}`)
}

function sizeOfHeaders(headers: Headers | null | undefined): number {
  if (headers === undefined || headers === null) return 1
  let size = 0
  let count = 0
  // V8 reads the values of a for-in loop by place, not by name.
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    const named = sizeOfVarbytes(name)
    if (!isList(value)) {
      size += named + sizeOfVarbytes(value)
      count += 1
    } else {
      for (const one of value) size += named + sizeOfVarbytes(one)
      count += value.length
    }
  }
  return sizeOfVarint(count) + size
}

function writeHeaders(writer: ByteWriter, headers: Headers | null | undefined): void {
  if (headers === undefined || headers === null) {
    writer.varint(0)
    return
  }
  let count = 0
  for (const name in headers) {
    const value = headers[name]
    if (isList(value)) count += value.length
    else if (value !== undefined) count += 1
  }
  writer.varint(count)
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (!isList(value)) {
      writer.varbytes(name)
      writer.varbytes(value)
    } else {
      for (const one of value) {
        writer.varbytes(name)
        writer.varbytes(one)
      }
    }
  }
}

function isList(value: HeaderValue): value is readonly (Bytes | null)[] {
  return Array.isArray(value)
}
