import { FactsError } from '../errors'
import { MemoryLog } from '../broker/memory/memory-log'
import type { MemoryBroker } from '../broker/memory/memory-broker'
import type { MemoryConsumer } from '../broker/memory/memory-consumer'
import type {
  GroupConsumer,
  GroupConsumerOptions,
  Log,
  ProducerTransaction,
  TransactionalProducer,
} from '../broker/ports'

/** Whether the request of the crash did not reach the broker, or reached it with the response lost. */
export type CrashMode = 'before' | 'after'

/**
 * A log whose process dies at its n-th request to the broker: that request, and every one after it, fails. Requests
 * are counted over producers, transactions and admin, so a sweep over n visits the crash points between any two.
 */
export class CrashingLog implements Log {
  readonly admin: Log['admin']
  requests = 0
  private readonly inner: MemoryLog
  private readonly consumers: MemoryConsumer[] = []

  constructor(
    broker: MemoryBroker,
    private readonly crashAt: number,
    private readonly mode: CrashMode,
  ) {
    this.inner = new MemoryLog(broker)
    const { admin } = this.inner
    this.admin = {
      ...admin,
      committed: (...args) => this.step(() => admin.committed(...args)),
      offsets: (topic) => this.step(() => admin.offsets(topic)),
    }
  }

  get crashed(): boolean {
    return this.requests >= this.crashAt
  }

  groupConsumer(options: GroupConsumerOptions): GroupConsumer {
    const consumer = this.inner.groupConsumer(options)
    this.consumers.push(consumer)
    return consumer
  }

  readRange(...args: Parameters<Log['readRange']>): Promise<void> {
    return this.step(() => this.inner.readRange(...args))
  }

  reader(topics: readonly string[]): ReturnType<Log['reader']> {
    return this.inner.reader(topics)
  }

  async producer(transactionalId: string): Promise<TransactionalProducer> {
    const producer = await this.step(() => this.inner.producer(transactionalId))
    return {
      begin: async () => this.transaction(await this.step(() => producer.begin())),
      settled: () => producer.settled(),
      close: () => producer.close(),
    }
  }

  close(): Promise<void> {
    return this.inner.close()
  }

  private transaction(inner: ProducerTransaction): ProducerTransaction {
    return {
      send: (...args) => this.step(() => inner.send(...args)),
      commitOffsets: (...args) => this.step(() => inner.commitOffsets(...args)),
      commit: () => this.step(() => inner.commit()),
      abort: () => this.step(() => inner.abort()),
    }
  }

  private async step<T>(request: () => Promise<T>): Promise<T> {
    this.requests += 1
    if (this.requests < this.crashAt) return request()
    if (this.requests === this.crashAt && this.mode === 'after') await request()
    // The group removes the dead member, as it would after the session timeout.
    for (const consumer of this.consumers) void consumer.expel()
    throw new FactsError('UNEXPECTED', 'the process died here')
  }
}
