import type { OutputRecord } from '../../topology/record'

/** Records of one topic, by partition, in the order in which they are to be appended. */
export interface TopicBatches {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly messages: readonly OutputRecord[]
  }[]
}

export function partitionBatches(records: readonly OutputRecord[]): readonly TopicBatches[] {
  const topics = new Map<string, Map<number, OutputRecord[]>>()
  for (const record of records) {
    let partitions = topics.get(record.topic)
    if (partitions === undefined)
      topics.set(record.topic, (partitions = new Map<number, OutputRecord[]>()))
    const messages = partitions.get(record.partition)
    if (messages === undefined) partitions.set(record.partition, [record])
    else messages.push(record)
  }
  return [...topics].map(([topic, partitions]) => ({
    topic,
    partitions: [...partitions].map(([partition, messages]) => ({ partition, messages })),
  }))
}

/** Sequence numbers are 31 bits; 2147483647 is followed by 0, as in Kafka's DefaultRecordBatch.java. */
const SEQUENCES = 2 ** 31

/** The sequence numbers of one producer id: by them a broker refuses a batch that is missing, doubled or out of turn. */
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
