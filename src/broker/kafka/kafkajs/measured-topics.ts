import type { MeasuredBatch } from './record-batch-writer'
import { measureBatch } from './record-batch-writer'
import type { ProducedMessage } from './record-writer'

/** Produce data in the form of KafkaJS's broker and producer. */
export interface TopicData {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly firstSequence?: number
    readonly messages: readonly ProducedMessage[]
  }[]
}

export interface MeasuredTopic {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly batch: MeasuredBatch }[]
}

export interface ProducerAttributes {
  readonly transactionalId?: string | null | undefined
  readonly producerId?: string | number | bigint
  readonly producerEpoch?: number
  readonly compression?: number
}

/** One record batch for each partition. */
export async function measureTopics(
  topicData: readonly TopicData[],
  { transactionalId, producerId = -1n, producerEpoch = 0, compression = 0 }: ProducerAttributes,
): Promise<readonly MeasuredTopic[]> {
  const attributes = {
    producerId: BigInt(producerId),
    producerEpoch,
    compression,
    transactional: Boolean(transactionalId),
  }
  const topics: MeasuredTopic[] = []
  for (const { topic, partitions } of topicData) {
    const measured = []
    for (const { partition, messages, firstSequence = 0 } of partitions) {
      const batch = await measureBatch(messages, { ...attributes, firstSequence })
      measured.push({ partition, batch })
    }
    topics.push({ topic, partitions: measured })
  }
  return topics
}
