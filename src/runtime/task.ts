import { toFactsError } from '../errors'
import type { BatchOutcome, InputBatch, Log, TransactionalProducer } from '../log/log'
import type { Logger, Metrics } from '../telemetry'
import type { Topology } from '../topology/topology'
import type { GlobalTables } from './global-tables'
import { ProcessorChain } from './processor-chain'
import type { StateBackend } from './state/state-backend'
import { TaskStores } from './state/task-stores'
import type { Tally } from './tally'
import type { TaskState } from './task-state'
import { nextTaskState } from './task-state'
import type { TopicLayout } from './topic-layout'
import { checkLayout, committedOrigins, layoutMetadata } from './topic-layout'
import { TransactionWriter } from './transaction'
import { openingPosition } from './opening-position'

export interface TaskOptions {
  readonly applicationId: string
  readonly topic: string
  readonly partition: number
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly log: Log
  readonly tables: GlobalTables
  readonly state: StateBackend
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * One input partition with one fixed transactional id and one position. Taking a partition: initialise the
 * transactional id (fences the previous owner and ends its open transaction), read the committed offset, seek,
 * process. In this order an offset that is read cannot change any more, and a zombie can write nothing that a
 * committed reader sees; KafkaJS' offset commits carry no generation, so the transactional id is the only fence.
 */
export class Task {
  readonly id: string
  private state: TaskState = 'created'
  private producer: TransactionalProducer | undefined
  /** Offset of the next record to process: what the group has committed. */
  private position = 0n
  private generation = -1
  private turn: Promise<void> = Promise.resolve()
  private readonly chain: ProcessorChain
  private readonly stores: TaskStores

  constructor(private readonly options: TaskOptions) {
    const { applicationId, topic, partition, topology, layout, tables, metrics } = options
    this.id = `${applicationId}.${topic}.${partition}`
    const { log, logger, state } = options
    const source = topology.sources.find((node) => node.topic === topic)?.name
    this.stores = new TaskStores({
      ...{ applicationId, partition, taskId: this.id, backend: state, log, logger, metrics },
      names: topology.processors
        .filter((node) => node.source === source)
        .flatMap((node) => node.stores),
    })
    this.chain = new ProcessorChain({
      ...{ topic, task: this.id, topology, layout, tables, stores: this.stores, metrics },
    })
  }

  /** What is committed beside each offset. */
  private get metadata(): string {
    const { layout, topic } = this.options
    return layoutMetadata(layout, topic, this.chain.outputTopics, this.stores.origins)
  }

  /**
   * Processes a batch and commits it. Resolves with `seek` when the batch does not start at the task's position.
   * Throws `rejoin` when the partition is lost and `halt` when a person has to act; anything between is redone here.
   */
  process(batch: InputBatch): Promise<BatchOutcome> {
    // KafkaJS may still be busy with a batch of the last generation when it hands over one of the next.
    const turn = this.turn.then(() => this.processInTurn(batch))
    this.turn = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  private async processInTurn(batch: InputBatch): Promise<BatchOutcome> {
    if (batch.generation !== this.generation) await this.lose()
    this.generation = batch.generation
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (this.state !== 'running') await this.open(batch)
        if (batch.fetchOffset > this.position) {
          await this.checkRetained(batch)
          return { kind: 'seek', offset: this.position }
        }
        this.checkEnd(batch)
        await this.commit(batch)
        return { kind: 'done' }
      } catch (error) {
        await this.recover(error, batch, attempt)
      }
    }
  }

  async close(): Promise<void> {
    await this.lose()
    this.state = nextTaskState(this.state, 'close')
  }

  /** Fence, read back, check, restore. */
  private async open(batch: InputBatch): Promise<void> {
    const { log, applicationId, topic, partition, logger } = this.options
    this.state = nextTaskState(this.state, 'open')
    await batch.heartbeat()
    this.producer = await log.producer(this.id)
    const committed = await log.admin.committed(applicationId, topic, partition)
    if (committed !== undefined)
      checkLayout(committed.metadata, this.metadata, { topic, partition })
    await this.stores.open(committedOrigins(committed?.metadata ?? ''), () => batch.heartbeat())
    const offsets = await log.admin.offsets(topic)
    this.position = openingPosition({
      topic,
      partition,
      committed: committed?.offset,
      offsets: offsets.get(partition),
    })
    this.state = nextTaskState(this.state, 'opened')
    logger.info(
      { task: this.id, position: Number(this.position), first: committed === undefined },
      'Task running',
    )
  }

  /** Everything the batch makes, and the offset behind it, in one transaction. */
  private async commit(batch: InputBatch): Promise<void> {
    const { applicationId, topic, partition, metrics } = this.options
    const started = process.hrtime.bigint()
    await Promise.all([this.chain.prepare(), this.options.tables.catchUp()])
    await batch.heartbeat()
    if (this.producer === undefined) throw new Error('a running task has a producer')
    const writer = new TransactionWriter(await this.producer.begin())
    const tally = await this.run(batch, writer)
    this.stores.write(writer)
    await writer.commit(
      applicationId,
      [{ topic, partition, offset: batch.nextOffset, metadata: this.metadata }],
      () => batch.heartbeat(),
    )
    this.position = batch.nextOffset
    this.stores.committed(writer)
    tally.report(metrics)
    metrics.transactions.inc({ outcome: 'committed' })
    metrics.lag.set(
      { topic, partition: String(partition) },
      Number(batch.highWatermark - this.position),
    )
    metrics.commitSeconds.observe(Number(process.hrtime.bigint() - started) / 1e9)
  }

  /** A batch that cannot be processed must not hold up committed readers until the transaction times out. */
  private async run(batch: InputBatch, writer: TransactionWriter): Promise<Tally> {
    try {
      return await this.chain.run(batch.records, this.position, writer)
    } catch (error) {
      await writer.abort().catch(() => undefined)
      throw error
    }
  }

  /**
   * After any error the outcome of an open transaction is unknown: the producer goes, and the next attempt fences,
   * reads back what was committed and redoes the rest (never the same producer, KAFKA-17754).
   */
  private async recover(error: unknown, batch: InputBatch, attempt: number): Promise<void> {
    const { logger, metrics, topic, partition } = this.options
    const known = toFactsError(error).at({ topic, partition, task: this.id })
    metrics.transactions.inc({ outcome: 'given_up' })
    if (known.code === 'STATE_CORRUPT') this.stores.forget()
    await this.lose()
    if (known.remedy === 'halt' || known.remedy === 'skip' || known.code === 'PARTITION_LOST')
      throw known
    // Lost or only fenced by a zombie? The group knows: the heartbeat throws PARTITION_LOST when it is gone.
    await batch.heartbeat()
    metrics.restores.inc({ code: known.code })
    logger.warn(
      { task: this.id, code: known.code, attempt, err: known },
      'Redoing from the committed offset',
    )
    await waitWithHeartbeats(Math.min(50 * 2 ** attempt, 5_000), batch)
  }

  private async lose(): Promise<void> {
    this.state = nextTaskState(this.state, 'lost')
    const { producer } = this
    this.producer = undefined
    this.stores.discard()
    await producer?.close()
  }

  /** The consumer starts behind the position only when the records before were deleted. */
  private async checkRetained(batch: InputBatch): Promise<void> {
    const { log, topic, partition } = this.options
    const offsets = await log.admin.offsets(topic)
    openingPosition({ topic, partition, committed: this.position, offsets: offsets.get(partition) })
    this.options.logger.debug(
      { task: this.id, from: Number(batch.fetchOffset), to: Number(this.position) },
      'Seeking',
    )
  }

  /** A partition that ends before the position is not the one that was committed: it was deleted and recreated. */
  private checkEnd(batch: InputBatch): void {
    const { topic, partition } = this.options
    if (batch.highWatermark >= this.position) return
    openingPosition({
      topic,
      partition,
      committed: this.position,
      offsets: { low: 0n, high: batch.highWatermark },
    })
  }
}

/** Waits, keeping the membership alive; throws PARTITION_LOST when that ends. */
async function waitWithHeartbeats(milliseconds: number, batch: InputBatch): Promise<void> {
  const until = Date.now() + milliseconds
  for (let left = milliseconds; left > 0; left = until - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 500)))
    await batch.heartbeat()
  }
}
