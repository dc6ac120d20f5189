import type { Cluster } from '../kafkajs'
import type { TopicPartition } from '../../ports'
import { byTopic } from '../client/by-topic'
import { READ_COMMITTED } from '../client/kafka-cluster'
import Batch from '../kafkajs/replacements/batch'

/** Longest that a fetch waits for data, and so the longest that an idle reader takes to stop. */
const MAX_WAIT_MS = 250

/** Where to fetch from. */
export interface PartitionPosition extends TopicPartition {
  readonly offset: bigint
}

export interface FetchCommittedOptions {
  /** Leader of all the partitions. */
  readonly nodeId: string
  readonly positions: readonly PartitionPosition[]
  readonly maxBytes: number
  readonly maxBytesPerPartition: number
}

/**
 * One fetch of committed records outside any group. Returns the batches that advance a position: those with records, and those
 * with only transaction markers and aborted records.
 */
export async function fetchCommitted(
  cluster: Cluster,
  { nodeId, positions, maxBytes, maxBytesPerPartition }: FetchCommittedOptions,
): Promise<readonly Batch[]> {
  const broker = await cluster.findBroker({ nodeId })
  const { responses } = await broker.fetch({
    replicaId: -1,
    maxWaitTime: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes,
    isolationLevel: READ_COMMITTED,
    topics: [...byTopic(positions)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, offset }) => ({
        partition,
        fetchOffset: offset.toString(),
        maxBytes: maxBytesPerPartition,
      })),
    })),
  })
  const from = new Map(positions.map((it) => [`${it.topic}/${it.partition}`, it.offset.toString()]))
  return responses
    .flatMap(({ topicName, partitions }) =>
      partitions.map(
        (data) => new Batch(topicName, from.get(`${topicName}/${data.partition}`) ?? '0', data),
      ),
    )
    .filter((batch) => !batch.isEmpty() || batch.isEmptyDueToFiltering())
}
