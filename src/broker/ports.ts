import type { LogRecord, OutputRecord } from '../topology/record'

/**
 * The ports through which the runtime uses a log of topics. There are two implementations, Kafka (`kafka/`) and memory
 * (`memory/`); one contract suite tests both. Every error is a FactsError with a remedy: foreign errors are translated inside
 * the implementation, once.
 *
 * Not configurable, because the guarantee depends on it: readers see committed records only, producers are idempotent and
 * transactional, and there is no auto-commit.
 */
export interface Log {
  readonly admin: LogAdmin
  /** Joins nothing until `start`. */
  groupConsumer(options: GroupConsumerOptions): GroupConsumer
  /**
   * Reads the committed records of one partition from `from` up to `to` (exclusive), in order, outside any group;
   * `onRecords` is awaited, and also receives the next offset. Throws OFFSET_OUT_OF_RANGE when `from` is not in the
   * partition.
   */
  readRange(range: PartitionRange, onRecords: RangeHandler): Promise<void>
  /** Reads all partitions of topics, outside any group. */
  reader(topics: readonly string[]): Reader
  /**
   * Initialises the transactional id: fences the previous owner and ends its open transaction before it resolves
   * (KIP-98 InitProducerId). From then on every request of the previous owner fails. Kafka aborts a transaction that is open
   * for longer than `timeoutMs`, default 30,000.
   */
  producer(transactionalId: string, timeoutMs?: number): Promise<TransactionalProducer>
  /** Closes every connection that is still open. */
  close(): Promise<void>
}

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  /** Topic settings by Kafka's own names, for example `cleanup.policy`. */
  readonly config: Readonly<Record<string, string>>
}

export interface PartitionOffsets {
  /** First offset of the partition. */
  readonly low: bigint
  /** The last stable offset, up to which committed readers read. */
  readonly high: bigint
}

export interface CommittedOffset {
  readonly offset: bigint
  readonly metadata: string
}

export interface LogAdmin {
  /** Number of partitions by topic; a topic that does not exist is absent. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Creates missing topics, never changes an existing one; returns the names created. */
  createTopics(topics: readonly TopicSpec[]): Promise<readonly string[]>
  /** A setting of each topic by Kafka's own name; absent for a topic that is missing or may not be described. */
  topicSetting(topics: readonly string[], name: string): Promise<ReadonlyMap<string, string>>
  /** By partition. Throws TOPIC_MISSING. */
  offsets(topic: string): Promise<ReadonlyMap<number, PartitionOffsets>>
  /**
   * The group's committed offset of the partition, undefined when there is none. Kafka waits for the end of a transaction with
   * an offset of it, for some seconds, then throws BROKER_UNAVAILABLE; the in-memory log answers immediately.
   */
  committed(groupId: string, topic: string, partition: number): Promise<CommittedOffset | undefined>
}

export interface GroupConsumerOptions {
  readonly groupId: string
  /** Topics to read, in groups: partitions with one number within a group always go to the same member. */
  readonly topics: readonly (readonly string[])[]
  /** Partitions handled at the same time; the batches of one partition never overlap within a generation. */
  readonly concurrency: number
  /** Called when the consumer has failed. */
  readonly onCrash: (error: unknown) => void
  /** Called after each rebalance with this member's assignment. */
  readonly onAssignment: (assignment: Assignment) => void
}

export interface Assignment {
  readonly generation: number
  readonly partitions: readonly TopicPartition[]
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface PartitionRange extends TopicPartition {
  readonly from: bigint
  readonly to: bigint
}

/** `position` is the next offset. Resolves with whether to continue reading. */
export type RangeHandler = (records: readonly LogRecord[], position: bigint) => Promise<boolean>

/** The result of one fetch for one partition. */
export interface InputBatch extends TopicPartition {
  /** Generation of the group in which it was fetched; in a later one another member may have owned the partition. */
  readonly generation: number
  /** Requested offset. */
  readonly fetchOffset: bigint
  readonly records: readonly LogRecord[]
  /** Start of the next batch: after the last record, control and aborted records included. */
  readonly nextOffset: bigint
  /** End of the partition when it was fetched. */
  readonly highWatermark: bigint
  /**
   * Sends a group heartbeat. Throws PARTITION_LOST when this member no longer owns the partition, and GROUP_REBALANCING when a
   * rebalance has begun: the group waits for a while until its members have finished their work.
   */
  heartbeat(): Promise<void>
}

/** `done` continues at `nextOffset`; `seek` fetches again from the offset. */
export type BatchOutcome =
  { readonly kind: 'done' } | { readonly kind: 'seek'; readonly offset: bigint }

export type BatchHandler = (batch: InputBatch) => Promise<BatchOutcome>

export interface GroupConsumer {
  /**
   * Joins the group and calls the handler with batches. A handler error with remedy `rejoin` causes a rebalance; any other
   * error stops the consumer and is passed to `onCrash`.
   */
  start(handler: BatchHandler): Promise<void>
  /** Takes no further batch, waits for running handlers, leaves the group. */
  stop(): Promise<void>
}

/** Offsets by topic and partition. */
export type PartitionStarts = ReadonlyMap<string, ReadonlyMap<number, bigint>>

/** Default earliest. `latest` is the last stable offset at the start; offsets have an entry for every partition to be read. */
export type StartPosition = 'earliest' | 'latest' | PartitionStarts

export interface Reader {
  /**
   * Starts reading and continues until `stop`; resolves when the start offsets are fixed, so that later records are read.
   * `onRecords` must not throw.
   */
  start(onRecords: (records: readonly LogRecord[]) => void, from?: StartPosition): Promise<void>
  /** Resolves when everything that was on the topics at the time of the call has been delivered. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

export interface OffsetToCommit extends TopicPartition, CommittedOffset {}

/** The batch that a send appended to one partition. */
export interface AppendedBatch extends TopicPartition {
  /** Offset after its last record. */
  readonly end: bigint
}

export interface TransactionalProducer {
  begin(): Promise<ProducerTransaction>
  /** Resolves when the next transaction need not wait for the last one's markers. Never throws. */
  settled(): Promise<void>
  /** Closes the connection; an open transaction is left to the next owner of the id. */
  close(): Promise<void>
}

/**
 * One transaction. After any error it must be discarded together with its producer: the outcome is unknown, and a
 * late request could reach the next transaction of the same producer epoch (KAFKA-17754).
 */
export interface ProducerTransaction {
  /**
   * Appends the records, those of one partition in their order and as one batch, and resolves when the leaders and their
   * in-sync replicas have them all. Never concurrently: they could be appended in either order. Throws BATCH_TOO_LARGE
   * when the batch of a partition exceeds its topic's max.message.bytes.
   */
  send(records: readonly OutputRecord[]): Promise<readonly AppendedBatch[]>
  /** Never concurrently; of two offsets of a partition the last counts. */
  commitOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}
