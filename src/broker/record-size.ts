import type { OutputRecord } from '../topology/record'

/** Kafka's own max.message.bytes: the largest record batch that a topic takes unless it says otherwise. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588

/** Bytes of a record batch besides its records, which max.message.bytes counts as well. */
export const BATCH_HEADER_BYTES = 61

/** Length, attributes, the differences of time and offset, and the lengths of key, value and headers, at their longest. */
const RECORD_BYTES = 5 + 1 + 9 + 5 + 5 + 5 + 5
/** The two lengths of a header. */
const HEADER_BYTES = 5 + 5

/** Bytes that the record takes in a batch, headers included; some bytes more than it really does, never less. */
export function recordBytes({ key, value, headers }: OutputRecord): number {
  let bytes = RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) {
    const header = headers[name]
    bytes += HEADER_BYTES + Buffer.byteLength(name)
    if (header !== undefined) {
      bytes += typeof header === 'string' ? Buffer.byteLength(header) : header.length
    }
  }
  return bytes
}

/** Bytes of a batch that holds the record alone. */
export function batchBytes(record: OutputRecord): number {
  return BATCH_HEADER_BYTES + recordBytes(record)
}
