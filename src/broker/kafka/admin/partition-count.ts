import { FactsError } from '../../../errors'
import { askAgain } from '../client/ask-again'
import type { KafkaCluster } from '../client/kafka-cluster'

/**
 * Partitions of a topic, undefined when there is none. KafkaJS' admin answers this from what it remembers, forgets why a
 * broker did not answer, and then fails with a TypeError: when a topic is just being deleted, or a connection was lost.
 */
export async function partitionCount(
  cluster: Pick<KafkaCluster, 'brokerPool' | 'refreshMetadata' | 'isClosed'>,
  topic: string,
): Promise<number | undefined> {
  const question = async (): Promise<number | undefined> => {
    const broker = await cluster.brokerPool.findConnectedBroker()
    const { topicMetadata } = await broker.metadata([topic])
    return topicMetadata.find((known) => known.topic === topic)?.partitionMetadata.length
  }
  try {
    return await askAgain(cluster, question)
  } catch (error) {
    if (error instanceof FactsError && error.code === 'TOPIC_MISSING') return undefined
    throw error
  }
}
