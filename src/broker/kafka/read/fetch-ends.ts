import { askAgain } from '../client/ask-again'
import { byLeader } from '../client/by-leader'
import type { KafkaCluster } from '../client/kafka-cluster'
import type { PartitionEnds } from './read-positions'

/**
 * First offsets, or last stable offsets, of all partitions of topics. KafkaJS asks the leaders that it has cached, omits
 * partitions without one, and does not refresh its metadata when a leader has moved.
 */
export function fetchEnds(
  cluster: KafkaCluster,
  topics: readonly string[],
  fromBeginning: boolean,
): Promise<PartitionEnds> {
  return askAgain(cluster, () => ask(cluster, topics, fromBeginning))
}

async function ask(
  cluster: KafkaCluster,
  topics: readonly string[],
  fromBeginning: boolean,
): Promise<PartitionEnds> {
  await cluster.know(topics)
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
