import { FactsError } from '../../../errors'
import { askAgain } from '../client/ask-again'
import type { KafkaCluster } from '../client/kafka-cluster'

/**
 * Number of partitions of a topic, undefined when it does not exist. KafkaJS' admin uses its cache, drops the error of a
 * broker, and then fails with a TypeError: while a topic is being deleted, or when a connection was lost.
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
