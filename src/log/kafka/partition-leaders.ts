import type Cluster from 'kafkajs/src/cluster'
import { FactsError } from '../../errors'

/**
 * Broker ids, each with those of the partitions that it leads. KafkaJS leaves a partition without a leader out, and
 * whoever goes on with the others never comes back to it: throws BROKER_UNAVAILABLE instead, so that the caller asks the
 * cluster again.
 */
export function partitionLeaders(
  cluster: Pick<Cluster, 'findLeaderForPartitions'>,
  topic: string,
  partitions: readonly number[],
): readonly (readonly [nodeId: string, led: readonly number[]])[] {
  const leaders = Object.entries(cluster.findLeaderForPartitions(topic, partitions))
  const found = new Set(leaders.flatMap(([, led]) => led))
  const partition = partitions.find((one) => !found.has(one))
  if (partition === undefined) return leaders
  throw new FactsError('BROKER_UNAVAILABLE', 'The partition has no leader at the moment.', {
    topic,
    partition,
  })
}
