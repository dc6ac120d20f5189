import type { Cluster } from '../kafkajs'
import { FactsError } from '../../../errors'
import type { TopicPartition } from '../../ports'
import { byTopic } from './by-topic'

/**
 * Broker ids, each with the entries of the partitions that it leads. KafkaJS omits a partition without a leader, and a caller
 * that continues with the others never returns to it: throws BROKER_UNAVAILABLE instead, so that the caller retries.
 */
export function byLeader<T extends TopicPartition>(
  cluster: Pick<Cluster, 'findLeaderForPartitions'>,
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const leaders = new Map<string, T[]>()
  for (const [topic, ofTopic] of byTopic(items)) {
    const partitions = ofTopic.map(({ partition }) => partition)
    const found = Object.entries(cluster.findLeaderForPartitions(topic, partitions))
    const leaderOf = new Map(found.flatMap(([id, led]) => led.map((it) => [it, id] as const)))
    for (const item of ofTopic) {
      const { partition } = item
      const leader = leaderOf.get(partition)
      if (leader === undefined) throw leaderless(topic, partition)
      const led = leaders.get(leader)
      if (led === undefined) leaders.set(leader, [item])
      else led.push(item)
    }
  }
  return leaders
}

function leaderless(topic: string, partition: number): FactsError {
  const message = 'The partition has no leader at the moment.'
  return new FactsError('BROKER_UNAVAILABLE', message, { topic, partition })
}
