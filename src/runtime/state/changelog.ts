import { batchBytes } from '../../broker/record-size'
import type { OutputRecord } from '../../topology/record'

/**
 * Key of the first record of each partition, which is not a valid store key: its value identifies this changelog among others
 * of the same name, so that a copy or a position of one is never used with another.
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

/** Size of a batch with only this change. */
export function changelogBytes(key: string, value: Buffer): number {
  return CHANGE_BYTES + Buffer.byteLength(key) + value.length
}

export function originRecord(topic: string, partition: number, origin: string): OutputRecord {
  const value = Buffer.from(origin)
  return { topic, partition, key: ORIGIN, value, timestamp: now(), headers: {} }
}

/** Record time, used only by compaction (min.compaction.lag.ms). */
const now = (): bigint => BigInt(Date.now())

const CHANGE_BYTES = batchBytes(changelogRecord('', 0, '', Buffer.alloc(0)))
