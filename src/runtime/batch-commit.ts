import type { InputBatch, TransactionalProducer } from '../log/log'
import type { Activity } from './activity'
import { stillOwned } from './heartbeats'
import { OutputEnds } from './output-ends'
import type { Tally } from './tally'
import type { TaskOptions } from './task-options'
import type { TaskParts } from './task-parts'
import { layoutMetadata } from './topic-layout'
import { TransactionWriter } from './transaction'

/** What a transaction may take at first, and after some that took longer; the latter is what brokers allow by default. */
const TRANSACTION_MS = 30_000
const MOST_MS = 900_000

/** Everything that a batch makes, the state behind it and the offset, in one transaction. */
export class BatchCommit {
  /** Where the outputs end, as far as this task knows. */
  readonly ends = new OutputEnds()
  /**
   * Milliseconds that a transaction may take. One that is ended because it took longer would do so each time it is redone, so
   * the next one gets more: a record that concerns every key of a large partition may need it.
   */
  transactionMs = TRANSACTION_MS
  /** Of the transaction under way. */
  private beganAt: number | undefined

  constructor(
    private readonly options: TaskOptions,
    private readonly parts: TaskParts,
    private readonly activity: Activity,
    /** Throws when the partition is another instance's by now. */
    private readonly refuseLost: () => void,
  ) {}

  async commit(
    producer: TransactionalProducer,
    batch: InputBatch,
    nextOffset: bigint,
    work: (writer: TransactionWriter) => Promise<Tally>,
  ): Promise<void> {
    const { applicationId, metrics, limits } = this.options
    const { positions, stores, chain } = this.parts
    const { topic, partition } = batch
    const started = (this.beganAt = performance.now())
    await batch.heartbeat()
    const onSent = (records: number): void => this.activity.moved('sent', BigInt(records))
    const writer = new TransactionWriter(await producer.begin(), limits, onSent)
    const { metadata } = this
    writer.commitOffset(applicationId, { topic, partition, offset: nextOffset, metadata })
    const tally = await this.run(batch, work, writer)
    if (this.metadata !== metadata) {
      const offset = { topic, partition, offset: nextOffset, metadata: this.metadata }
      writer.commitOffset(applicationId, offset)
    }
    await writer.commit(async () => {
      this.ends.check(writer.appended)
      await stillOwned(batch)
    })
    positions.set(topic, nextOffset)
    this.ends.take(writer.appended)
    this.beganAt = undefined
    this.transactionMs = TRANSACTION_MS
    tally.report(metrics)
    metrics.transactions.inc({ outcome: 'committed' })
    this.refuseLost()
    await stores.committed(writer, () => this.turnOfOthers())
    chain.report()
    metrics.commitSeconds.observe((performance.now() - started) / 1e3)
  }

  /** The transaction was given up. */
  failed(): void {
    const { beganAt } = this
    this.beganAt = undefined
    if (beganAt === undefined || performance.now() - beganAt < this.transactionMs) return
    this.transactionMs = Math.min(MOST_MS, this.transactionMs * 4)
  }

  /** A batch that cannot be processed must not hold up committed readers until the transaction times out. */
  private async run(
    batch: InputBatch,
    work: (writer: TransactionWriter) => Promise<Tally>,
    writer: TransactionWriter,
  ): Promise<Tally> {
    try {
      const { chain } = this.parts
      await Promise.all([chain.prepare(), this.options.tables.catchUp(chain.tables)])
      await stillOwned(batch)
      const tally = await work(writer)
      await this.parts.stores.write(writer, () => this.turnOfOthers())
      return tally
    } catch (error) {
      await writer.abort().catch(() => undefined)
      throw error
    }
  }

  /** What is committed beside each offset. */
  private get metadata(): string {
    const { layout, source } = this.options
    const { chain, stores } = this.parts
    return layoutMetadata(layout, source.topic, chain.outputTopics, stores.origins)
  }

  private async turnOfOthers(): Promise<void> {
    await new Promise(setImmediate)
    this.refuseLost()
  }
}
