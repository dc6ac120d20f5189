import type { Cluster } from '../kafkajs'
import type { TopicPartition } from '../../ports'
import type { Coordinator } from '../client/coordinator'

/** Fields of every request of a transaction. */
export type Identity = Cluster.TransactionRequest
export type Offsets = Pick<Cluster.OffsetsRequest, 'groupId' | 'topics'>
/** Records for one leader. */
export type Appends = Omit<Cluster.ProduceRequest, keyof Identity>

/** Offset at which a partition's records were appended; -1 when the broker does not report it. */
export interface Appended extends TopicPartition {
  readonly baseOffset: bigint
}

/** The part of the producer that its transaction's steps use. */
export interface TransactionOwner {
  readonly identity: Identity
  readonly coordinator: Coordinator
  group(groupId: string): Coordinator
  /** Sets the identity for the next transaction, whose sequence numbers start at 0. */
  renew(identity: Cluster.ProducerIdentity): void
}

/**
 * One transaction's requests, in one of the two versions of Kafka's protocol. A request without a response is never resent.
 */
export interface TransactionSteps {
  /** Adds partitions at the coordinator before they are produced to. */
  add(partitions: readonly TopicPartition[]): Promise<void>
  produce(leader: Cluster.Broker, appends: Appends): Promise<readonly Appended[]>
  commitOffsets(offsets: Offsets): Promise<void>
  /** Sends no request when the transaction is empty. */
  end(isCommitted: boolean): Promise<void>
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
