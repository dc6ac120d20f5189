import type { OutputRecord } from '../../../topology/record'
import type { AppendedBatch, OffsetToCommit, ProducerTransaction } from '../../ports'
import { FactsError } from '../../../errors'
import { allSettled } from '../client/all-settled'
import { byLeader } from '../client/by-leader'
import { byTopic } from '../client/by-topic'
import type { KafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import type { MarkerPause } from './marker-pause'
import type { PartitionBatch, Sequences } from './partition-batches'
import { partitionBatches } from './partition-batches'
import type { TransactionSteps } from './transaction-steps'
import { nameOf } from './transaction-steps'

/** Milliseconds that a leader waits for its in-sync replicas. */
const PRODUCE_TIMEOUT_MS = 10_000

/** One transaction of a producer: its records, offsets and results. The steps implement the protocol version. */
export class KafkaTransaction implements ProducerTransaction {
  constructor(
    private readonly cluster: KafkaCluster,
    private readonly steps: TransactionSteps,
    private readonly sequences: Sequences,
    private readonly pause: MarkerPause,
  ) {}

  send(records: readonly OutputRecord[]): Promise<readonly AppendedBatch[]> {
    return guarded(async () => {
      const batches = partitionBatches(records)
      await this.pause.over()
      await this.steps.add(batches)
      const { cluster } = this
      await cluster.know([...byTopic(batches).keys()])
      // No request may outlive its transaction.
      const appended = await allSettled(
        [...this.leaders(batches)].map(([nodeId, led]) => this.produce(nodeId, led)),
      )
      return appended.flat()
    })
  }

  commitOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    const topics = offsets.map(({ topic, partition, offset, metadata }) => ({
      topic,
      partitions: [{ partition, offset: offset.toString(), metadata }],
    }))
    return guarded(async () => {
      await this.pause.over()
      await this.steps.commitOffsets({ groupId, topics })
    })
  }

  commit(): Promise<void> {
    return this.end(true)
  }

  abort(): Promise<void> {
    return this.end(false)
  }

  private end(isCommitted: boolean): Promise<void> {
    return guarded(() => this.pause.after(() => this.steps.end(isCommitted)))
  }

  /** Leaders of the partitions; a deleted partition has none. */
  private leaders(
    batches: readonly PartitionBatch[],
  ): ReadonlyMap<string, readonly PartitionBatch[]> {
    const isGone = ({ topic, partition }: PartitionBatch): boolean => {
      const known = this.cluster.findTopicPartitionMetadata(topic)
      return known.length > 0 && known.every(({ partitionId }) => partitionId !== partition)
    }
    try {
      return byLeader(this.cluster, batches)
    } catch (error) {
      const gone = batches.find(isGone)
      if (gone === undefined) throw error
      const { topic, partition } = gone
      const message = 'The partition no longer exists: the topic was recreated with fewer.'
      throw new FactsError('PARTITIONS_CHANGED', message, { topic, partition })
    }
  }

  /** One request to the leader of all the partitions. */
  private async produce(
    nodeId: string,
    batches: readonly PartitionBatch[],
  ): Promise<readonly AppendedBatch[]> {
    const leader = await this.cluster.findBroker({ nodeId })
    const topicData = [...byTopic(batches)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, messages }) => ({
        partition,
        messages,
        firstSequence: this.sequences.take(topic, partition, messages.length),
      })),
    }))
    const appended = await this.steps
      .produce(leader, { acks: -1, timeout: PRODUCE_TIMEOUT_MS, topicData })
      .catch((error: unknown) => {
        throw refusedBatch(error, batches)
      })
    const offsets = new Map(appended.map((one) => [nameOf(one), one.baseOffset]))
    return batches.map(({ topic, partition, messages }) => {
      const first = offsets.get(nameOf({ topic, partition }))
      if (first === undefined || first < 0n) throw unconfirmed(topic, partition)
      return { topic, partition, end: first + BigInt(messages.length) }
    })
  }
}

function unconfirmed(topic: string, partition: number): FactsError {
  return new FactsError(
    'TRANSACTION_UNKNOWN',
    'The broker did not confirm the records of a send.',
    { topic, partition },
  )
}

/** A new leader may not know of the partition yet. The next attempt detects a deleted topic. */
function refusedBatch(error: unknown, batches: readonly PartitionBatch[]): unknown {
  const known = translateKafkaError(error, 'TRANSACTION_UNKNOWN')
  const [topic, ...others] = new Set(batches.map((batch) => batch.topic))
  if (known.code !== 'TOPIC_MISSING')
    return topic === undefined || others.length > 0 ? known : known.at({ topic })
  return new FactsError('TRANSACTION_UNKNOWN', known.message, { cause: error })
}

async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw translateKafkaError(error, 'TRANSACTION_UNKNOWN')
  }
}
