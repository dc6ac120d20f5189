import type { OutputRecord } from '../../../topology/record'
import type { TopicPartition } from '../../ports'

/** Records of one partition, in append order. */
export interface PartitionBatch extends TopicPartition {
  readonly messages: readonly OutputRecord[]
}

export function partitionBatches(records: readonly OutputRecord[]): readonly PartitionBatch[] {
  const batches: PartitionBatch[] = []
  const topics = new Map<string, Map<number, OutputRecord[]>>()
  for (const record of records) {
    const { topic, partition } = record
    let partitions = topics.get(topic)
    if (partitions === undefined)
      topics.set(topic, (partitions = new Map<number, OutputRecord[]>()))
    let messages = partitions.get(partition)
    if (messages === undefined) {
      partitions.set(partition, (messages = []))
      batches.push({ topic, partition, messages })
    }
    messages.push(record)
  }
  return batches
}

/** Sequence numbers are 31 bits; 2147483647 is followed by 0, as in Kafka's DefaultRecordBatch.java. */
const SEQUENCES = 2 ** 31

/** The sequence numbers of one producer id, by which a broker detects missing, duplicate or reordered batches. */
export class Sequences {
  private readonly next = new Map<string, number>()

  /** The number of the first of `count` records. */
  take(topic: string, partition: number, count: number): number {
    const key = `${topic}/${partition}`
    const first = this.next.get(key) ?? 0
    this.next.set(key, (first + count) % SEQUENCES)
    return first
  }
}
