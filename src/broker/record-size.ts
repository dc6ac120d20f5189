import type { OutputRecord } from '../topology/record'

/** Kafka's default of max.message.bytes: the size of the largest record batch. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588

/** Bytes of a record batch besides its records, which max.message.bytes counts as well. */
export const BATCH_HEADER_BYTES = 61

/** Length, attributes, the differences of time and offset, and the lengths of key, value and headers, at their longest. */
const RECORD_BYTES = 5 + 1 + 9 + 5 + 5 + 5 + 5
/** The two lengths of a header. */
const HEADER_BYTES = 5 + 5

/** Upper bound of the record's bytes in a batch, headers included. */
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

/** Size of a batch with only this record. */
export function batchBytes(record: OutputRecord): number {
  return BATCH_HEADER_BYTES + recordBytes(record)
}
