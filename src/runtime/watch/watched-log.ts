import type { Coordinates } from '../../errors'
import type {
  BatchHandler,
  GroupConsumer,
  GroupConsumerOptions,
  InputBatch,
  Log,
  LogAdmin,
  PartitionRange,
  ProducerTransaction,
  RangeHandler,
  Reader,
  TransactionalProducer,
} from '../../broker/ports'
import type { Moved, Waits } from './waits'

/** Milliseconds. */
export interface Patience {
  /** For one request, or between two parts of a read; Kafka's transactions time out after 30 s. */
  readonly requestMs: number
  /** For joining the group: other members may finish their work, up to the rebalance timeout. */
  readonly joinMs: number
  /** For unavailable parts of the cluster at the start. */
  readonly startMs: number
}

export const PATIENCE: Patience = { requestMs: 60_000, joinMs: 300_000, startMs: 30_000 }

/** Decorates a log: every request has a deadline and an entry in the list of waits. */
export class WatchedLog implements Log {
  readonly admin: LogAdmin

  constructor(
    private readonly inner: Log,
    private readonly waits: Waits,
    private readonly patience: Patience = PATIENCE,
  ) {
    const { admin } = inner
    this.admin = {
      partitionCounts: (topics) =>
        this.ask('the numbers of partitions', {}, () => admin.partitionCounts(topics)),
      createTopics: (topics) => admin.createTopics(topics),
      topicSetting: (topics, name) =>
        this.ask('the settings of topics', {}, () => admin.topicSetting(topics, name)),
      offsets: (topic) => this.ask('the ends of a topic', { topic }, () => admin.offsets(topic)),
      committed: (groupId, topic, partition) =>
        this.ask('the committed offset', { topic, partition }, () =>
          admin.committed(groupId, topic, partition),
        ),
    }
  }

  groupConsumer(options: GroupConsumerOptions): GroupConsumer {
    const consumer = this.inner.groupConsumer(options)
    const deadlineMs = this.patience.joinMs
    const joining = { what: 'the group to admit this instance', deadlineMs }
    return {
      start: (handler) =>
        this.waits.during({ ...joining, code: 'BROKER_UNAVAILABLE' }, () =>
          consumer.start((batch) => handler(this.batch(batch))),
        ),
      stop: () => consumer.stop(),
    }
  }

  readRange(range: PartitionRange, onRecords: RangeHandler): Promise<void> {
    const { topic, partition } = range
    return this.ask('records of a partition', { topic, partition, offset: range.from }, (moved) =>
      this.inner.readRange(range, (records, position) => {
        moved()
        return onRecords(records, position)
      }),
    )
  }

  reader(topics: readonly string[]): Reader {
    const reader = this.inner.reader(topics)
    const at = topics.length === 1 ? { topic: topics.join() } : {}
    const catching = new Set<Moved>()
    return {
      start: (onRecords, from) =>
        this.ask('the beginning of what is looked up', at, () =>
          reader.start((records) => {
            for (const moved of catching) moved()
            onRecords(records)
          }, from),
        ),
      catchUp: () =>
        this.ask('tables that are looked up', at, async (moved) => {
          catching.add(moved)
          try {
            await reader.catchUp()
          } finally {
            catching.delete(moved)
          }
        }),
      stop: () => reader.stop(),
    }
  }

  producer(transactionalId: string, timeoutMs?: number): Promise<TransactionalProducer> {
    const at = { task: transactionalId }
    let isLate = false
    const opening = this.ask('the transactional id', at, async () => {
      const producer = await this.inner.producer(transactionalId, timeoutMs)
      if (isLate) void producer.close()
      return this.watched(producer, at)
    })
    return opening.catch((error: unknown) => {
      isLate = true
      throw error
    })
  }

  close(): Promise<void> {
    return this.inner.close()
  }

  private batch(batch: InputBatch): Parameters<BatchHandler>[0] {
    const { topic, partition } = batch
    return {
      ...batch,
      heartbeat: () =>
        this.ask('the response to a heartbeat', { topic, partition }, () => batch.heartbeat()),
    }
  }

  private watched(producer: TransactionalProducer, at: Coordinates): TransactionalProducer {
    return {
      begin: async () =>
        this.transaction(await this.step('a transaction to begin', at, () => producer.begin()), at),
      settled: () => this.ask('the end of the last transaction', at, () => producer.settled()),
      // A connection that does not close must not block anything.
      close: () =>
        this.ask('a producer to close', at, () => producer.close()).catch(() => undefined),
    }
  }

  private transaction(inner: ProducerTransaction, at: Coordinates): ProducerTransaction {
    return {
      send: (records) => this.step('records to be acknowledged', at, () => inner.send(records)),
      commitOffsets: (groupId, offsets) =>
        this.step('offsets to be taken', at, () => inner.commitOffsets(groupId, offsets)),
      commit: () => this.step('a transaction to be committed', at, () => inner.commit()),
      abort: () => this.step('a transaction to be aborted', at, () => inner.abort()),
    }
  }

  /** Requests without side effects, which are retried. */
  private ask<T>(what: string, at: Coordinates, request: (moved: Moved) => Promise<T>): Promise<T> {
    const { requestMs } = this.patience
    return this.waits.during(
      { what, at, deadlineMs: requestMs, code: 'BROKER_UNAVAILABLE' },
      request,
    )
  }

  /** Requests of a transaction, whose outcome is unknown without a response. */
  private step<T>(what: string, at: Coordinates, request: () => Promise<T>): Promise<T> {
    const { requestMs } = this.patience
    return this.waits.during(
      { what, at, deadlineMs: requestMs, code: 'TRANSACTION_UNKNOWN' },
      request,
    )
  }
}
