import type Cluster from 'kafkajs/src/cluster'
import { READ_COMMITTED } from './kafka-cluster'
import Batch from './kafkajs/replacements/batch'

/** Longest that a fetch waits for data, and so the longest that an idle reader takes to stop. */
const MAX_WAIT_MS = 250

export interface FetchCommittedOptions {
  /** Leader of all the partitions. */
  readonly nodeId: string
  /** Where to fetch from, by topic and partition. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, bigint>>
  readonly maxBytes: number
  readonly maxBytesPerPartition: number
}

/**
 * One fetch of committed records outside any group. Gives the batches that move a position: those with records, and those
 * of which only markers and aborted records are left.
 */
export async function fetchCommitted(
  cluster: Cluster,
  { nodeId, offsets, maxBytes, maxBytesPerPartition }: FetchCommittedOptions,
): Promise<readonly Batch[]> {
  const broker = await cluster.findBroker({ nodeId })
  const { responses } = await broker.fetch({
    replicaId: -1,
    maxWaitTime: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes,
    isolationLevel: READ_COMMITTED,
    topics: [...offsets].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions].map(([partition, offset]) => ({
        partition,
        fetchOffset: offset.toString(),
        maxBytes: maxBytesPerPartition,
      })),
    })),
  })
  return responses
    .flatMap(({ topicName, partitions }) =>
      partitions.map((data) => {
        const from = offsets.get(topicName)?.get(data.partition) ?? 0n
        return new Batch(topicName, from.toString(), data)
      }),
    )
    .filter((batch) => !batch.isEmpty() || batch.isEmptyDueToFiltering())
}
