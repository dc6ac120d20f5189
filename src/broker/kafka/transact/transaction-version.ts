import type { Cluster } from '../kafkajs'
import { FEATURES, finalizedFeatures } from '../requests/api-versions-v3'

/** From this level of the feature on, all brokers of the cluster support the requests of KIP-890. */
export const SECOND_VERSION = 2

/** Level of the cluster's feature `transaction.version`; 0 where there is none (before Kafka 4.0). */
export async function transactionVersion(
  broker: Pick<Cluster.Broker, 'ask' | 'newestVersion'>,
): Promise<number> {
  if (broker.newestVersion(FEATURES.apiKey) < FEATURES.apiVersion) return 0
  return (await broker.ask(finalizedFeatures())).get('transaction.version') ?? 0
}
