import { batchBytes } from '../../broker/record-size'
import type { OutputRecord } from '../../topology/record'

/**
 * Key of the first record of each partition, which no store key can be: its value tells this changelog from another one
 * under the same name, so that a copy or a position is never taken for a copy or a position of it.
 */
const ORIGIN = Buffer.from('\u0000origin')

export function originOf(record: Pick<OutputRecord, 'key' | 'value'>): string | undefined {
  return record.key?.equals(ORIGIN) === true ? record.value?.toString() : undefined
}

/** A change of a store's key; null removes the key. */
export function changelogRecord(
  topic: string,
  partition: number,
  key: string,
  value: Buffer | null,
): OutputRecord {
  return { topic, partition, key: Buffer.from(key), value, timestamp: now(), headers: {} }
}

/** Bytes of a batch that holds the change alone. */
export function changelogBytes(key: string, value: Buffer): number {
  return CHANGE_BYTES + Buffer.byteLength(key) + value.length
}

export function originRecord(topic: string, partition: number, origin: string): OutputRecord {
  const value = Buffer.from(origin)
  return { topic, partition, key: ORIGIN, value, timestamp: now(), headers: {} }
}

/** Compaction may wait for a record's time (min.compaction.lag.ms); nothing else reads it. */
const now = (): bigint => BigInt(Date.now())

const CHANGE_BYTES = batchBytes(changelogRecord('', 0, '', Buffer.alloc(0)))
