import type { InputBatch, TransactionalProducer } from '../../broker/ports'
import type { Activity } from '../watch/activity'
import { stillOwned } from './rebalance'
import { OutputEnds } from '../topics/output-ends'
import type { Tally } from './tally'
import type { TaskOptions } from './task-options'
import type { TaskParts } from './task-parts'
import { layoutMetadata } from '../topics/topic-layout'
import { TransactionWriter } from '../commit/transaction'

/** Transaction timeout at first, and its maximum, which is the brokers' default limit. */
const TRANSACTION_MS = 30_000
const MOST_MS = 900_000

/**
 * Commits a batch: its outputs, its state changes and the offset after it, in one transaction. `TransactionWriter` sends them;
 * a failed batch is redone by `Task`.
 */
export class BatchCommit {
  /** The known end offsets of the outputs. */
  readonly ends = new OutputEnds()
  /**
   * Transaction timeout, milliseconds. A transaction that timed out would time out each time it is redone, so the next one gets
   * more: a record that concerns every key of a large partition may need it.
   */
  transactionMs = TRANSACTION_MS
  /** Start of the current transaction. */
  private beganAt: number | undefined

  constructor(
    private readonly options: TaskOptions,
    private readonly parts: TaskParts,
    private readonly activity: Activity,
    /** Throws when another instance owns the partition. */
    private readonly refuseLost: () => void,
  ) {}

  /**
   * Begin, offset, prepare, process, state, commit, apply. `process` runs the records of the batch and passes their outputs to
   * the writer. When a step before the commit fails, the transaction is aborted, because it would block committed readers until
   * it times out. When the commit itself fails, its outcome is unknown. Either way the producer must be discarded.
   */
  async commit(
    producer: TransactionalProducer,
    batch: InputBatch,
    nextOffset: bigint,
    process: (writer: TransactionWriter) => Promise<Tally>,
  ): Promise<void> {
    const { stores, chain } = this.parts
    const writer = await this.begin(producer, batch)
    let tally: Tally
    try {
      // First, because it is sent while the records are processed; its order in the transaction does not matter.
      const metadata = this.commitOffset(writer, batch, nextOffset)
      // Schemas and lookup tables: afterwards records are processed synchronously.
      const { source, tables } = this.options
      const input = source.prepare?.(batch.records)
      await Promise.all([input, chain.prepare(), tables.catchUp(chain.tables)])
      await stillOwned(batch)
      tally = await process(writer)
      await stores.write(writer, () => this.turnOfOthers())
      // The first write to a changelog gives it an identity, which is part of the metadata; the last offset counts.
      if (this.metadata !== metadata) this.commitOffset(writer, batch, nextOffset)
    } catch (error) {
      await writer.abort().catch(() => undefined)
      throw error
    }
    await writer.commit(async () => {
      this.ends.check(writer.appended)
      await stillOwned(batch)
    })
    await this.apply(writer, batch, nextOffset, tally)
  }

  /** The batch failed. After a timeout the next transaction gets more time. */
  failed(): void {
    const { beganAt } = this
    this.beganAt = undefined
    if (beganAt === undefined || performance.now() - beganAt < this.transactionMs) return
    this.transactionMs = Math.min(MOST_MS, this.transactionMs * 4)
  }

  private async begin(
    producer: TransactionalProducer,
    batch: InputBatch,
  ): Promise<TransactionWriter> {
    this.beganAt = performance.now()
    await batch.heartbeat()
    const onSent = (records: number): void => this.activity.moved('sent', BigInt(records))
    return new TransactionWriter(await producer.begin(), this.options.limits, onSent)
  }

  /** Adds the offset after the batch to the transaction; returns the metadata that is committed with it. */
  private commitOffset(
    writer: TransactionWriter,
    { topic, partition }: InputBatch,
    offset: bigint,
  ): string {
    const { metadata } = this
    writer.commitOffset(this.options.applicationId, { topic, partition, offset, metadata })
    return metadata
  }

  /** After the commit: advances the position, and writes the state changes to the local copy. */
  private async apply(
    writer: TransactionWriter,
    { topic }: InputBatch,
    nextOffset: bigint,
    tally: Tally,
  ): Promise<void> {
    const { metrics } = this.options
    const { positions, stores, chain } = this.parts
    const { beganAt = 0 } = this
    positions.set(topic, nextOffset)
    this.ends.take(writer.appended)
    this.beganAt = undefined
    this.transactionMs = TRANSACTION_MS
    tally.report(metrics)
    metrics.transactions.inc({ outcome: 'committed' })
    this.refuseLost()
    await stores.committed(writer, () => this.turnOfOthers())
    chain.report()
    metrics.commitSeconds.observe((performance.now() - beganAt) / 1e3)
  }

  /** Metadata that is committed with each offset. */
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
