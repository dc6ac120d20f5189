import type { LogRecord, OutputRecord } from '../topology/record'

/**
 * The ports through which the runtime sees a log of topics. Two logs implement them, Kafka (`kafka/`) and memory
 * (`memory/`); one contract suite holds both to the same behaviour. Everything thrown is a FactsError with a remedy:
 * foreign errors are translated inside the implementation, once.
 *
 * Not configurable, because the guarantee is made of it: readers see committed records only, producers are
 * idempotent and transactional, nothing commits offsets by itself.
 */
export interface Log {
  readonly admin: LogAdmin
  /** Joins nothing until `start`. */
  groupConsumer(options: GroupConsumerOptions): GroupConsumer
  /**
   * Hands over the committed records of one partition from `from` up to `to` (exclusive), in order, outside any group;
   * `onRecords` is awaited, and also told how far the reading has come. Throws OFFSET_OUT_OF_RANGE when `from` is not
   * in the log.
   */
  readRange(range: PartitionRange, onRecords: RangeHandler): Promise<void>
  /** Reads all partitions of topics, outside any group. */
  reader(topics: readonly string[]): Reader
  /**
   * Initialises the transactional id: fences the previous owner and ends its open transaction before it resolves
   * (KIP-98 InitProducerId). From then on everything that the previous owner does fails. Kafka ends a transaction that is
   * open for longer than `timeoutMs`, default 30,000.
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
  /** First offset still in the log. */
  readonly low: bigint
  /** Offset that the next committed reader would reach: the last stable offset. */
  readonly high: bigint
}

export interface CommittedOffset {
  readonly offset: bigint
  readonly metadata: string
}

export interface LogAdmin {
  /** Number of partitions by topic; a topic that does not exist is absent. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Creates those that are missing, never changes one that exists; returns the names created. */
  createTopics(topics: readonly TopicSpec[]): Promise<readonly string[]>
  /** A setting of each topic by Kafka's own name for it; absent for a topic that is missing or may not be asked. */
  topicSetting(topics: readonly string[], name: string): Promise<ReadonlyMap<string, string>>
  /** By partition. Throws TOPIC_MISSING. */
  offsets(topic: string): Promise<ReadonlyMap<number, PartitionOffsets>>
  /**
   * What the group committed for the partition, undefined when nothing. Kafka waits for the end of a transaction that
   * holds an offset of it, for some seconds, then throws BROKER_UNAVAILABLE; in memory what has ended is told at once.
   */
  committed(groupId: string, topic: string, partition: number): Promise<CommittedOffset | undefined>
}

export interface GroupConsumerOptions {
  readonly groupId: string
  /** Topics to read, in groups: partitions of one number within a group always go to the same member. */
  readonly topics: readonly (readonly string[])[]
  /** Partitions handled at the same time; the batches of one partition never overlap within a generation. */
  readonly concurrency: number
  /** Called when the consumer has stopped for good by itself. */
  readonly onCrash: (error: unknown) => void
  /** Called after each rebalance with what this member now owns. */
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

/** `position` is where the next records start. Resolves with whether to go on reading. */
export type RangeHandler = (records: readonly LogRecord[], position: bigint) => Promise<boolean>

/** What one fetch brought of one partition. */
export interface InputBatch extends TopicPartition {
  /** Generation of the group in which it was fetched; another one means that others may have owned it since. */
  readonly generation: number
  /** Offset that was asked for. */
  readonly fetchOffset: bigint
  readonly records: readonly LogRecord[]
  /** Where the next batch starts: behind the last record, control and aborted records included. */
  readonly nextOffset: bigint
  /** End of the partition when it was fetched. */
  readonly highWatermark: bigint
  /**
   * Keeps the membership alive. Throws PARTITION_LOST when this member no longer owns the partition, and GROUP_REBALANCING
   * when the group is about to share anew: it waits for a while until its members have ended what they do.
   */
  heartbeat(): Promise<void>
}

/** `done` moves on to `nextOffset`; `seek` fetches again from the offset. */
export type BatchOutcome =
  { readonly kind: 'done' } | { readonly kind: 'seek'; readonly offset: bigint }

export type BatchHandler = (batch: InputBatch) => Promise<BatchOutcome>

export interface GroupConsumer {
  /**
   * Joins the group and hands over batches. A handler that throws `rejoin` leads to a new generation; any other
   * error stops the consumer and reaches `onCrash`.
   */
  start(handler: BatchHandler): Promise<void>
  /** Takes no further batch, waits for the handlers under way, leaves the group. */
  stop(): Promise<void>
}

/** Offsets by topic and partition. */
export type PartitionStarts = ReadonlyMap<string, ReadonlyMap<number, bigint>>

/** Default earliest. `latest` is the last stable offset at the start; offsets name every partition that is to be read. */
export type StartPosition = 'earliest' | 'latest' | PartitionStarts

export interface Reader {
  /**
   * Starts to read and goes on until `stop`; resolves when the start is fixed, so that what is written afterwards
   * is read. `onRecords` must not throw.
   */
  start(onRecords: (records: readonly LogRecord[]) => void, from?: StartPosition): Promise<void>
  /** Resolves when everything that stood on the topics at the time of the call has been handed over. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

export interface OffsetToCommit extends TopicPartition, CommittedOffset {}

/** What a send appended to one partition. */
export interface AppendedBatch extends TopicPartition {
  /** Offset behind its last record. */
  readonly end: bigint
}

export interface TransactionalProducer {
  begin(): Promise<ProducerTransaction>
  /** Resolves when nothing of the last transaction is left that the next one would have to wait for. Never throws. */
  settled(): Promise<void>
  /** Drops the connection; an open transaction is left to the next owner of the id. */
  close(): Promise<void>
}

/**
 * One transaction. After any error it must be given up together with its producer: the outcome is unknown, and a
 * late request could reach the next transaction of the same producer epoch (KAFKA-17754).
 */
export interface ProducerTransaction {
  /**
   * Appends the records, those of one partition in their order and as one batch, and resolves when the leaders and their
   * in-sync replicas have them all. Never two at once: they could be appended in either order. Throws BATCH_TOO_LARGE
   * when those of a partition are more than its topic's max.message.bytes.
   */
  send(records: readonly OutputRecord[]): Promise<readonly AppendedBatch[]>
  /** Never two at once; of an offset that is given twice, the last counts. */
  commitOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}
