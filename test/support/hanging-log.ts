import type {
  Assignment,
  BatchHandler,
  GroupConsumer,
  GroupConsumerOptions,
  InputBatch,
  Log,
  LogAdmin,
  ProducerTransaction,
  Reader,
  TransactionalProducer,
} from '../../src/broker/ports'

/**
 * A log whose n-th request is not answered until `release`. Every promise that the log gives is a request, in the order
 * in which they are asked for, so a sweep over n visits each wait of the runtime.
 */
export class HangingLog implements Log {
  requests = 0
  /** The request that hangs, once it was made. */
  hanging: string | undefined
  /** Called when it was made. */
  onHang: () => void = () => undefined
  release: () => void = () => undefined
  private readonly released = new Promise<void>((resolve) => (this.release = resolve))
  private readonly consumers: { options: GroupConsumerOptions; handler?: BatchHandler }[] = []

  constructor(
    private readonly inner: Log,
    private readonly hangAt: number,
    private readonly names = /./,
  ) {}

  get admin(): LogAdmin {
    const { admin } = this.inner
    return {
      partitionCounts: (topics) =>
        this.step('partitionCounts', () => admin.partitionCounts(topics)),
      createTopics: (topics) => this.step('createTopics', () => admin.createTopics(topics)),
      offsets: (topic) => this.step('offsets', () => admin.offsets(topic)),
      committed: (...args) => this.step('committed', () => admin.committed(...args)),
      topicSetting: (...args) => this.step('topicSetting', () => admin.topicSetting(...args)),
    }
  }

  groupConsumer(options: GroupConsumerOptions): GroupConsumer {
    const consumer = this.inner.groupConsumer(options)
    const known: (typeof this.consumers)[number] = { options }
    this.consumers.push(known)
    return {
      start: (handler) => {
        known.handler = (batch) => handler(this.batch(batch))
        const own = known.handler
        return this.step('join', () => consumer.start(own))
      },
      stop: () => this.step('leave', () => consumer.stop()),
    }
  }

  /** The group rebalances without waiting for batches in progress, as Kafka's does after its timeout. */
  assign(assignment: Assignment): void {
    for (const { options } of this.consumers) options.onAssignment(assignment)
  }

  readRange(...args: Parameters<Log['readRange']>): Promise<void> {
    return this.step('readRange', () => this.inner.readRange(...args))
  }

  reader(topics: readonly string[]): Reader {
    const reader = this.inner.reader(topics)
    return {
      start: (...args) => this.step('reader.start', () => reader.start(...args)),
      catchUp: () => this.step('reader.catchUp', () => reader.catchUp()),
      stop: () => this.step('reader.stop', () => reader.stop()),
    }
  }

  async producer(transactionalId: string): Promise<TransactionalProducer> {
    const producer = await this.step('producer', () => this.inner.producer(transactionalId))
    return {
      begin: async () => this.transaction(await this.step('begin', () => producer.begin())),
      settled: () => this.step('settled', () => producer.settled()),
      close: () => this.step('producer.close', () => producer.close()),
    }
  }

  close(): Promise<void> {
    return this.step('close', () => this.inner.close())
  }

  private batch(batch: InputBatch): InputBatch {
    return { ...batch, heartbeat: () => this.step('heartbeat', () => batch.heartbeat()) }
  }

  private transaction(inner: ProducerTransaction): ProducerTransaction {
    return {
      send: (records) => this.step('send', () => inner.send(records)),
      commitOffsets: (...args) => this.step('commitOffsets', () => inner.commitOffsets(...args)),
      commit: () => this.step('commit', () => inner.commit()),
      abort: () => this.step('abort', () => inner.abort()),
    }
  }

  private async step<T>(name: string, request: () => Promise<T>): Promise<T> {
    if (!this.names.test(name)) return request()
    this.requests += 1
    if (this.requests === this.hangAt) {
      this.hanging = name
      this.onHang()
      await this.released
    }
    return request()
  }
}
