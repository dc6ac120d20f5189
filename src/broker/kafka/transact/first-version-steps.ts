import type { Cluster } from '../kafkajs'
import type { TopicPartition } from '../../ports'
import { byTopic } from '../client/by-topic'
import { typeOf } from '../client/coordinator'
import type {
  Appended,
  Appends,
  Offsets,
  TransactionOwner,
  TransactionSteps,
} from './transaction-steps'
import { nameOf } from './transaction-steps'

/**
 * The protocol of KIP-98: each partition and each group is added at the coordinator before it is written to. All
 * transactions of a producer have one epoch.
 */
export class FirstVersionSteps implements TransactionSteps {
  /** Partitions that were added to it at the coordinator. */
  private readonly added = new Set<string>()
  /** Groups that were added to it at the coordinator. */
  private readonly groups = new Set<string>()

  constructor(private readonly owner: TransactionOwner) {}

  /** Adds those that are not added yet, in one request. */
  async add(partitions: readonly TopicPartition[]): Promise<void> {
    const missing = partitions.filter((partition) => !this.added.has(nameOf(partition)))
    if (missing.length === 0) return
    for (const partition of missing) this.added.add(nameOf(partition))
    const topics = [...byTopic(missing)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition }) => partition),
    }))
    const { coordinator, identity } = this.owner
    const ask = (some: typeof topics): Promise<unknown> =>
      coordinator.ask((broker) => broker.addPartitionsToTxn({ ...identity, topics: some }))
    try {
      await ask(topics)
    } catch (error) {
      // One failing partition fails all of them, and KafkaJS reports the first error: this finds the failing one.
      if (typeOf(error) !== 'OPERATION_NOT_ATTEMPTED') throw error
      for (const topic of topics) await ask([topic])
    }
  }

  async produce(leader: Cluster.Broker, appends: Appends): Promise<readonly Appended[]> {
    const { topics } = await leader.produce({ ...this.owner.identity, ...appends })
    return topics.flatMap(({ topicName: topic, partitions }) =>
      partitions.map(({ partition, baseOffset }) => ({
        topic,
        partition,
        baseOffset: BigInt(baseOffset),
      })),
    )
  }

  async commitOffsets(offsets: Offsets): Promise<void> {
    const { groupId } = offsets
    const { coordinator, identity } = this.owner
    if (!this.groups.has(groupId)) {
      this.groups.add(groupId)
      await coordinator.ask((broker) => broker.addOffsetsToTxn({ ...identity, groupId }))
    }
    const request = { ...identity, ...offsets }
    await this.owner.group(groupId).ask((broker) => broker.txnOffsetCommit(request))
  }

  async end(transactionResult: boolean): Promise<void> {
    // For the coordinator there is no transaction without a partition.
    if (this.added.size === 0 && this.groups.size === 0) return
    const { coordinator, identity } = this.owner
    await coordinator.ask((broker) => broker.endTxn({ ...identity, transactionResult }))
  }
}
