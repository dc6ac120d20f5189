import { FactsError, toFactsError } from '../../errors'
import type { BatchOutcome, InputBatch, TransactionalProducer } from '../../broker/ports'
import { controlTopic } from '../../topology/internal-topics'
import { Activity } from '../watch/activity'
import { BatchCommit } from './batch-commit'
import { dueControls } from '../dead-letters/due-controls'
import { waitWithHeartbeats, whileAlive } from './group-heartbeats'
import type { ControlRunner } from './control-runner'
import type { ProcessorChain } from './processor-chain'
import { readLayout } from '../topics/layout-metadata'
import type { TaskStores } from '../state/task-stores'
import type { Tally } from './tally'
import type { TaskOptions } from './task-options'
import { taskParts } from './task-parts'
import type { TaskPositions } from './task-positions'
import type { TaskState } from './task-state'
import { nextTaskState } from './task-state'
import { outputsHold } from '../topics/outputs-hold'
import { layoutOf } from '../topics/topic-layout'
import type { TransactionWriter } from '../commit/transaction'
import { waitingLetters } from '../dead-letters/waiting-letters'

/** `isEarly`: there are control records whose input offset has not been reached. */
type Outcome = BatchOutcome & { readonly isEarly?: boolean }

/**
 * One partition of an input, and of its control topic, with one fixed transactional id, one state, and a position in
 * each of the two. Taking a partition: initialise the transactional id (fences the previous owner and ends its open
 * transaction), read the committed offsets, restore the state, seek, process. In this order a committed offset can no longer
 * change after it was read, and a zombie cannot write anything that a read_committed consumer sees; KafkaJS' offset commits
 * have no generation, so the transactional id is the only fence.
 */
export class Task {
  readonly id: string
  /** Progress of the current batch. */
  readonly activity = new Activity()
  private status: TaskState = 'created'
  private producer: TransactionalProducer | undefined
  private readonly positions: TaskPositions
  private generation = -1
  private turn: Promise<void> = Promise.resolve()
  private readonly chain: ProcessorChain
  private readonly stores: TaskStores
  private readonly commits: BatchCommit
  private readonly controls: ControlRunner
  private readonly control: string

  constructor(private readonly options: TaskOptions) {
    const { applicationId, source, partition } = options
    this.id = `${applicationId}.${source.topic}.${partition}`
    this.control = controlTopic(applicationId, source.topic)
    const parts = taskParts(options, this.id, (offset, steps) => this.hadTurn(offset, steps))
    this.positions = parts.positions
    this.stores = parts.stores
    this.chain = parts.chain
    this.controls = parts.controls
    this.commits = new BatchCommit(options, parts, this.activity, () => this.refuseClosed())
  }

  /**
   * Processes a batch and commits it. Resolves with `seek` when the batch does not start at the task's position.
   * Throws `rejoin` when the partition is lost and `halt` when an operator has to act; other errors are retried here.
   */
  process(batch: InputBatch): Promise<BatchOutcome> {
    // KafkaJS may still process a batch of the last generation when it delivers one of the next.
    const turn = whileAlive(
      batch,
      this.turn.then(() => this.processInTurn(batch)),
    )
    this.turn = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn.then(async (outcome) => {
      // Outside the queue: the input, which the control records wait for, continues concurrently.
      if (outcome.isEarly === true) await waitWithHeartbeats(EARLY_WAIT_MS, batch)
      return outcome
    })
  }

  /**
   * Opens the task before its first batch, which then need not wait for a restore; no effect when it is open. Throws the error
   * that prevents it.
   */
  prepare(generation: number): Promise<void> {
    const turn = this.turn.then(() => this.openAhead(generation))
    this.turn = turn.catch(() => undefined)
    return turn
  }

  /** Offset of the next record of a topic; undefined until the task has read the committed offset. */
  position(topic: string): bigint | undefined {
    return this.status === 'running' ? this.positions.of(topic) : undefined
  }

  private async processInTurn(batch: InputBatch): Promise<Outcome> {
    const { topic, partition, fetchOffset } = batch
    this.activity.begin(`the batch of ${topic} partition ${partition} at offset ${fetchOffset}`)
    try {
      return await this.processUntilDone(batch)
    } finally {
      this.activity.end()
    }
  }

  private async openAhead(generation: number): Promise<void> {
    if (this.status === 'closed' || generation < this.generation) return
    if (generation !== this.generation) await this.lose()
    this.generation = generation
    if (this.status === 'running') return
    const { source, partition } = this.options
    this.activity.begin(`the opening of ${source.topic} partition ${partition}`)
    try {
      await this.open(() => Promise.resolve())
    } catch (error) {
      await this.loseIfClosed()
      const known = toFactsError(error).at({ topic: source.topic, partition, task: this.id })
      if (known.code === 'STATE_CORRUPT') this.stores.forget()
      await this.lose()
      throw known
    } finally {
      this.activity.end()
    }
  }

  private async processUntilDone(batch: InputBatch): Promise<Outcome> {
    if (batch.generation !== this.generation) await this.lose()
    this.generation = batch.generation
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.refuseClosed()
        if (this.status !== 'running') await this.open(() => batch.heartbeat())
        const position = this.positions.of(batch.topic)
        if (batch.fetchOffset > position) {
          await this.positions.checkRetained(batch)
          return { kind: 'seek', offset: position }
        }
        await this.positions.checkEnd(batch)
        // Fetched before a previous owner had advanced: committing its end would move the offset back.
        if (batch.nextOffset <= position) return { kind: 'seek', offset: position }
        return await (batch.topic === this.control ? this.takeControls(batch) : this.take(batch))
      } catch (error) {
        await this.recover(error, batch, attempt)
      }
    }
  }

  /** The current batch ends with PARTITION_LOST at its next step. The task's metrics are removed. */
  async close(): Promise<void> {
    this.status = nextTaskState(this.status, 'close')
    await this.lose()
    const { metrics, source, partition } = this.options
    this.chain.retire()
    for (const topic of [source.topic, this.control]) {
      metrics.lag.remove({ topic, partition: String(partition) })
    }
  }

  /** Throws when the partition was revoked. */
  private refuseClosed(): void {
    if (this.status !== 'closed') return
    const { source, partition } = this.options
    throw new FactsError('PARTITION_LOST', 'The partition moved while its batch was processed.', {
      topic: source.topic,
      partition,
      task: this.id,
    })
  }

  /** Fences, reads the committed offsets, checks, restores. */
  private async open(alive: () => Promise<void>): Promise<void> {
    const { log, source, logger } = this.options
    this.status = nextTaskState(this.status, 'open')
    await alive()
    this.producer = await log.producer(this.id, this.commits.transactionMs)
    const layout = layoutOf(this.options.layout, source.topic, this.chain.outputTopics)
    const metadata = await this.positions.read(source.topic, layout)
    await this.positions.read(this.control, layout)
    this.refuseClosed()
    await this.stores.open(readLayout(metadata ?? '').fits, async (store, position) => {
      this.activity.moved(`restore ${store}`, position)
      this.refuseClosed()
      await alive()
    })
    this.refuseClosed()
    this.chain.opened()
    await Promise.all(this.chain.outputTopics.map((topic) => this.openOutput(topic)))
    this.refuseClosed()
    this.chain.report()
    this.status = nextTaskState(this.status, 'opened')
    const position = Number(this.positions.of(source.topic))
    logger.info({ task: this.id, position, first: metadata === undefined }, 'Task running')
  }

  private async openOutput(topic: string): Promise<void> {
    const { log, logger, partition } = this.options
    const offsets = await log.admin.offsets(topic)
    const published = this.chain.published(topic)
    await outputsHold({ log, logger, topic, offsets, published, says: partition === 0 })
    this.commits.ends.opened(topic, offsets)
  }

  /** Records of the input. */
  private async take(batch: InputBatch): Promise<BatchOutcome> {
    const position = this.positions.of(batch.topic)
    await this.commit(batch, batch.nextOffset, (writer) =>
      this.chain.run(batch.records, position, writer),
    )
    // Records fetched now would wait for the same, and later ones would need another transaction.
    if (batch.nextOffset >= batch.highWatermark) await this.producer?.settled()
    return { kind: 'done' }
  }

  /** Records of the control topic whose input offset has been reached. */
  private async takeControls(batch: InputBatch): Promise<Outcome> {
    const { log, source, partition, topology } = this.options
    const from = this.positions.of(batch.topic)
    const input = { topic: source.topic, partition, position: this.positions.of(source.topic) }
    const { controls, nextOffset } = await dueControls(log, batch, from, input)
    if (nextOffset > from) {
      // Records that are left out of the control topic are not among those of the batch.
      await source.prepare?.(controls.flatMap(({ record }) => (record === null ? [] : [record])))
      const run = (writer: TransactionWriter): Promise<Tally> =>
        this.controls.run(controls, batch.topic, writer, async (rests) => {
          const letters = await whileAlive(batch, waitingLetters(log, topology.deadLetters, rests))
          await source.prepare?.([...letters.values()].flat())
          return letters
        })
      await this.commit(batch, nextOffset, run)
    }
    if (nextOffset === batch.nextOffset) return { kind: 'done' }
    return { kind: 'seek', offset: nextOffset, isEarly: true }
  }

  private commit(
    batch: InputBatch,
    nextOffset: bigint,
    work: (writer: TransactionWriter) => Promise<Tally>,
  ): Promise<void> {
    if (this.producer === undefined) throw new Error('a running task has a producer')
    return this.commits.commit(this.producer, batch, nextOffset, work)
  }

  private hadTurn(offset: bigint, steps: number): void {
    this.activity.moved('record', offset)
    if (steps > 0) this.activity.moved(`steps of ${offset}`, BigInt(steps))
    this.refuseClosed()
  }

  /**
   * After any error the outcome of an open transaction is unknown: the producer is closed, and the next attempt fences,
   * reads the committed offsets and redoes the rest (never with the same producer, KAFKA-17754).
   */
  private async recover(error: unknown, batch: InputBatch, attempt: number): Promise<void> {
    const { logger, metrics } = this.options
    const { topic, partition } = batch
    // After the partition was lost, every error of its stores or its producer is a consequence of that.
    await this.loseIfClosed()
    const known = toFactsError(error).at({ topic, partition, task: this.id })
    metrics.transactions.inc({ outcome: 'given_up' })
    this.commits.failed()
    if (known.code === 'STATE_CORRUPT') this.stores.forget()
    await this.lose()
    if (known.remedy === 'halt' || known.remedy === 'skip' || isGone(known)) throw known
    // Lost, or only fenced by a zombie? The group decides: the heartbeat throws when the partition is lost.
    await batch.heartbeat()
    metrics.restores.inc({ code: known.code })
    logger.warn(
      { task: this.id, code: known.code, attempt, err: known },
      'Redoing from the committed offset',
    )
    await waitWithHeartbeats(Math.min(50 * 2 ** attempt, 5_000), batch)
  }

  private async loseIfClosed(): Promise<void> {
    if (this.status === 'closed') await this.lose()
    this.refuseClosed()
  }

  private async lose(): Promise<void> {
    this.status = nextTaskState(this.status, 'lost')
    const { producer } = this
    this.producer = undefined
    this.stores.discard()
    await producer?.close()
  }
}

/** Milliseconds between two checks of control records whose input offset has not been reached. */
const EARLY_WAIT_MS = 200

/** Whether the group reassigns the partition, perhaps to this process again; a fenced producer does not prove that. */
const isGone = ({ code }: FactsError): boolean =>
  code === 'PARTITION_LOST' || code === 'GROUP_REBALANCING'
