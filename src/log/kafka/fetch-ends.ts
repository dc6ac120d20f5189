import type Cluster from 'kafkajs/src/cluster'
import { byLeader } from './by-leader'
import type { PartitionEnds } from './positions'
import { translateKafkaError } from './kafka-errors'

/** How long leaders that move are waited for, and how often they are asked for. */
const DEADLINE_MS = 5_000
const RETRY_MS = 100

/**
 * Where the partitions of topics begin, or end for committed readers; all of them, whoever leads them now. KafkaJS asks
 * the leaders that it knows of, leaves out partitions that have none, and does not look again when a leader has moved.
 */
export async function fetchEnds(
  cluster: Cluster,
  topics: readonly string[],
  fromBeginning: boolean,
  /** Asking again would open a cluster anew that was closed meanwhile. */
  isClosed: () => boolean = () => false,
): Promise<PartitionEnds> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    try {
      await cluster.addMultipleTargetTopics(topics)
      return await ask(cluster, topics, fromBeginning)
    } catch (error) {
      const known = translateKafkaError(error, 'BROKER_UNAVAILABLE')
      if (known.remedy !== 'retry' || Date.now() > deadline) throw known
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      if (isClosed()) throw known
      await cluster.refreshMetadata().catch(() => undefined)
    }
  }
}

async function ask(
  cluster: Cluster,
  topics: readonly string[],
  fromBeginning: boolean,
): Promise<PartitionEnds> {
  await cluster.refreshMetadataIfNecessary()
  const asked = topics.map((topic) => {
    const partitions = cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => partitionId)
    byLeader(
      cluster,
      partitions.map((partition) => ({ topic, partition })),
    )
    return { topic, partitions: partitions.map((partition) => ({ partition })), fromBeginning }
  })
  const answers = await cluster.fetchTopicsOffset(asked)
  return new Map(
    answers.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)])),
    ]),
  )
}
