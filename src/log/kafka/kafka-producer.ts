import type Cluster from 'kafkajs/src/cluster'
import type { OutputRecord } from '../../topology/record'
import type {
  AppendedBatch,
  OffsetToCommit,
  ProducerTransaction,
  TopicPartition,
  TransactionalProducer,
} from '../log'
import { FactsError } from '../../errors'
import { allSettled } from './all-settled'
import { byLeader } from './by-leader'
import { byTopic } from './by-topic'
import type { KafkaClientOptions } from './kafka-client'
import { kafkaCluster } from './kafka-cluster'
import { translateKafkaError } from './kafka-errors'
import type { PartitionBatch } from './partition-batches'
import { partitionBatches, Sequences } from './partition-batches'
import { Coordinator, GROUP, TRANSACTION } from './transaction-coordinator'

/** After this long without an end the coordinator aborts: the longest that a dead pipeline holds up committed readers. */
const TRANSACTION_TIMEOUT_MS = 30_000
/** Longest that a leader waits for its in-sync replicas. */
const PRODUCE_TIMEOUT_MS = 10_000

/** What every request of a transaction carries. */
type Identity = Cluster.ProducerIdentity & { readonly transactionalId: string }

/**
 * Connects and initialises the transactional id, which fences its last owner and ends what that had open.
 *
 * This takes the place of KafkaJS' producer, and uses its cluster and its requests. KafkaJS' producer repeats a send by
 * itself, which over several leaders may append twice or lose a partition's part; sends one request for each of them;
 * repeats neither AddOffsetsToTxn nor EndTxn when it is refused for a moment (tulios/kafkajs#1068, #430); and looks for
 * the coordinator before each step. Here nothing is sent twice: what fails ends the transaction, which is then redone.
 */
export async function openKafkaProducer(
  options: KafkaClientOptions,
  transactionalId: string,
): Promise<KafkaProducer> {
  const cluster = kafkaCluster(options)
  const query = { groupId: transactionalId, coordinatorType: TRANSACTION }
  const coordinator = new Coordinator(cluster, query)
  try {
    await cluster.connect()
    const request = { transactionalId, transactionTimeout: TRANSACTION_TIMEOUT_MS }
    const { producerId, producerEpoch } = await coordinator.ask((broker) =>
      broker.initProducerId(request),
    )
    const identity = { transactionalId, producerId, producerEpoch }
    return new KafkaProducer(cluster, coordinator, identity)
  } catch (error) {
    await cluster.disconnect().catch(() => undefined)
    throw translateKafkaError(error, 'BROKER_UNAVAILABLE', { task: transactionalId })
  }
}

export class KafkaProducer implements TransactionalProducer {
  private readonly sequences = new Sequences()
  private readonly groups = new Map<string, Coordinator>()

  constructor(
    readonly cluster: Cluster,
    readonly coordinator: Coordinator,
    readonly identity: Identity,
  ) {}

  begin(): Promise<ProducerTransaction> {
    return Promise.resolve(new KafkaTransaction(this, this.sequences))
  }

  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined)
  }

  group(groupId: string): Coordinator {
    const known =
      this.groups.get(groupId) ?? new Coordinator(this.cluster, { groupId, coordinatorType: GROUP })
    this.groups.set(groupId, known)
    return known
  }
}

class KafkaTransaction implements ProducerTransaction {
  /** Partitions that the coordinator knows to be part of it. */
  private readonly added = new Set<string>()
  /** Groups whose offsets it holds, as the coordinator knows. */
  private readonly groups = new Set<string>()

  constructor(
    private readonly producer: KafkaProducer,
    private readonly sequences: Sequences,
  ) {}

  send(records: readonly OutputRecord[]): Promise<readonly AppendedBatch[]> {
    return guarded(async () => {
      const batches = partitionBatches(records)
      await this.add(batches)
      const { cluster } = this.producer
      await cluster.addMultipleTargetTopics([...byTopic(batches).keys()])
      await cluster.refreshMetadataIfNecessary()
      // No request may outlive its transaction.
      const appended = await allSettled(
        [...byLeader(cluster, batches)].map(([nodeId, led]) => this.produce(nodeId, led)),
      )
      return appended.flat()
    })
  }

  commitOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    return guarded(async () => {
      const { coordinator, identity } = this.producer
      if (!this.groups.has(groupId)) {
        this.groups.add(groupId)
        await coordinator.ask((broker) => broker.addOffsetsToTxn({ ...identity, groupId }))
      }
      const topics = offsets.map(({ topic, partition, offset, metadata }) => ({
        topic,
        partitions: [{ partition, offset: offset.toString(), metadata }],
      }))
      await this.producer
        .group(groupId)
        .ask((broker) => broker.txnOffsetCommit({ ...identity, groupId, topics }))
    })
  }

  commit(): Promise<void> {
    return this.end(true)
  }

  abort(): Promise<void> {
    return this.end(false)
  }

  private end(transactionResult: boolean): Promise<void> {
    const { coordinator, identity } = this.producer
    // The coordinator knows of no transaction without a partition.
    if (this.added.size === 0 && this.groups.size === 0) return Promise.resolve()
    return guarded(async () => {
      await coordinator.ask((broker) => broker.endTxn({ ...identity, transactionResult }))
    })
  }

  /** Tells the coordinator of the partitions that it does not know yet, in one request. */
  private async add(batches: readonly PartitionBatch[]): Promise<void> {
    const missing = batches.filter((batch) => !this.added.has(nameOf(batch)))
    if (missing.length === 0) return
    for (const batch of missing) this.added.add(nameOf(batch))
    const topics = [...byTopic(missing)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition }) => partition),
    }))
    const { coordinator, identity } = this.producer
    const ask = (some: typeof topics): Promise<unknown> =>
      coordinator.ask((broker) => broker.addPartitionsToTxn({ ...identity, topics: some }))
    try {
      await ask(topics)
    } catch (error) {
      // All of them are refused for the fault of one, and KafkaJS tells the first answer: which one is it?
      if ((error as { readonly type?: unknown }).type !== 'OPERATION_NOT_ATTEMPTED') throw error
      for (const topic of topics) await ask([topic])
    }
  }

  /** One request to the leader of all the partitions. */
  private async produce(
    nodeId: string,
    batches: readonly PartitionBatch[],
  ): Promise<readonly AppendedBatch[]> {
    const broker = await this.producer.cluster.findBroker({ nodeId })
    const topicData = [...byTopic(batches)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, messages }) => ({
        ...{ partition, messages },
        firstSequence: this.sequences.take(topic, partition, messages.length),
      })),
    }))
    const { topics } = await broker
      .produce({ ...this.producer.identity, acks: -1, timeout: PRODUCE_TIMEOUT_MS, topicData })
      .catch((error: unknown) => {
        throw refusedBatch(error, batches)
      })
    const offsets = new Map(
      topics.flatMap(({ topicName: topic, partitions }) =>
        partitions.map(({ partition, baseOffset }) => [nameOf({ topic, partition }), baseOffset]),
      ),
    )
    return batches.map(({ topic, partition, messages }) => {
      const first = offsets.get(nameOf({ topic, partition }))
      if (first === undefined || first.startsWith('-')) throw unconfirmed(topic, partition)
      return { topic, partition, end: BigInt(first) + BigInt(messages.length) }
    })
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

function unconfirmed(topic: string, partition: number): FactsError {
  return new FactsError(
    'TRANSACTION_UNKNOWN',
    'The broker did not confirm the records of a send.',
    { topic, partition },
  )
}

/** A leader that has just got a partition may not know of it yet; one that is gone was refused by the coordinator. */
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
