import { FactsError } from '../../errors'
import type { LogAdmin } from '../../broker/ports'
import { batchBytes, DEFAULT_MAX_MESSAGE_BYTES } from '../../broker/record-size'
import type { OutputRecord } from '../../topology/record'

/** Size in bytes of the largest record batch that each topic accepts. */
export type BatchLimits = ReadonlyMap<string, number>

/** Reads max.message.bytes of the topics; Kafka's default for those whose settings cannot be read. */
export async function readBatchLimits(
  admin: LogAdmin,
  topics: readonly string[],
): Promise<BatchLimits> {
  const settings = await admin.topicSetting([...new Set(topics)], 'max.message.bytes')
  return new Map([...settings].map(([topic, value]) => [topic, Number(value)]))
}

export function batchLimit(limits: BatchLimits, topic: string): number {
  return limits.get(topic) ?? DEFAULT_MAX_MESSAGE_BYTES
}

/** Throws RECORD_TOO_LARGE for a record that is too large for its topic, even alone. */
export function checkFits(record: OutputRecord, limits: BatchLimits): void {
  checkSize(record.topic, batchBytes(record), limits)
}

/** The same for a batch of this size. */
export function checkSize(topic: string, bytes: number, limits: BatchLimits): void {
  const limit = batchLimit(limits, topic)
  if (bytes <= limit) return
  throw new FactsError(
    'RECORD_TOO_LARGE',
    `The record for ${topic} has ${bytes} bytes, more than the ${limit} that the topic accepts. Raise its max.message.bytes, start the pipeline again, then "facts dead-letters replay".`,
  )
}
