import type { Cluster } from '../kafkajs'
import type { TopicPartition } from '../../ports'
import type { Coordinator } from '../client/coordinator'

/** What every request of a transaction carries. */
export type Identity = Cluster.TransactionRequest
export type Offsets = Pick<Cluster.OffsetsRequest, 'groupId' | 'topics'>
/** What one leader is to append. */
export type Appends = Omit<Cluster.ProduceRequest, keyof Identity>

/** Where a partition's records were appended; -1 when the broker does not say. */
export interface Appended extends TopicPartition {
  readonly baseOffset: bigint
}

/** The producer that a transaction belongs to, as its steps need it. */
export interface TransactionOwner {
  readonly identity: Identity
  readonly coordinator: Coordinator
  group(groupId: string): Coordinator
  /** Takes the identity for the next transaction, whose sequence numbers begin anew. */
  renew(identity: Cluster.ProducerIdentity): void
}

/**
 * One transaction's requests, in one of the two versions of Kafka's protocol. A request whose answer has not come is never
 * sent again.
 */
export interface TransactionSteps {
  /** Makes the coordinator know of partitions before they are produced to. */
  add(partitions: readonly TopicPartition[]): Promise<void>
  produce(leader: Cluster.Broker, appends: Appends): Promise<readonly Appended[]>
  commitOffsets(offsets: Offsets): Promise<void>
  /** Without a request when nothing was begun. */
  end(isCommitted: boolean): Promise<void>
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
