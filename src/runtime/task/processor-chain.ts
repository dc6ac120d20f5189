import { FactsError, toFactsError } from '../../errors'
import { changelogTopic, controlTopic, parkedStore } from '../../topology/internal-topics'
import { partitionFor } from '../../topology/partitioner'
import type { LogRecord } from '../../topology/record'
import type { Sink } from '../../topology/topology'
import type { Run, Step } from './attempts'
import { Attempts } from './attempts'
import { batchLimit } from '../commit/batch-limits'
import { CircuitBreaker } from '../dead-letters/circuit-breaker'
import { CollectingContext } from './collecting-context'
import type { Broadcast, Control, Replay } from '../dead-letters/control-record'
import { broadcastRecord } from '../dead-letters/control-record'
import { deadLetter } from '../dead-letters/dead-letter'
import type { Unreadable } from '../dead-letters/due-controls'
import { hasRoom } from './key-room'
import type { InputRecord } from '../commit/left-out'
import { abridged, withoutKey } from '../commit/left-out'
import type { ParkedKey } from '../dead-letters/parked-keys'
import { ParkedKeys, parkedId } from '../dead-letters/parked-keys'
import type { ProcessorChainOptions } from './processor-chain-options'
import type { Rest } from '../dead-letters/replays'
import { Replays, replayOfRest } from '../dead-letters/replays'
import { Tally } from './tally'
import type { TransactionWriter } from '../commit/transaction'

/** Records between two turns of the event loop, so that heartbeats and other tasks' replies are served. */
const YIELD_EVERY = 500

/** The processors of one task. Runs records through them synchronously and hands the outputs to the transaction. */
export class ProcessorChain {
  readonly outputTopics: readonly string[]
  /** Names of the tables that its processors look up in. */
  readonly tables: readonly string[]
  private readonly steps: readonly Step[]
  private readonly sinks: readonly Sink[]
  private readonly parked: ParkedKeys
  private readonly replays: Replays
  private readonly breaker: CircuitBreaker
  private readonly attempts: Attempts
  private prepared = false

  constructor(private readonly options: ProcessorChainOptions) {
    const { topology, source, tables, stores } = options
    const nodes = topology.processors.filter((node) => node.source === source.name)
    const names = new Set(nodes.flatMap((node) => node.sinks))
    this.sinks = topology.sinks.filter((sink) => names.has(sink.name))
    this.tables = [...new Set(nodes.flatMap((node) => node.tables))]
    this.outputTopics = [...new Set(this.sinks.map((sink) => sink.topic))]
    const store = stores.view(parkedStore(source))
    this.parked = new ParkedKeys(store)
    const most = options.badRecordsToStop ?? 0
    this.breaker = new CircuitBreaker({ most, store, topic: source.topic })
    this.replays = new Replays(this.parked, () => stores.keep())
    const turn = (offset: bigint, done: number): Promise<void> => this.turn(offset, done)
    this.attempts = new Attempts({ stores, turn })
    this.steps = nodes.map((node) => ({
      name: node.name,
      processor: node.supplier(tables.views(node.tables), stores.views),
    }))
  }

  /** Takes up what the stores, which have just been opened, hold. */
  opened(): void {
    this.parked.load()
    this.breaker.load()
  }

  /** Keys that an output topic holds an output of, as far as the processors remember. */
  *published(topic: string): Iterable<Buffer> {
    for (const { processor } of this.steps) yield* processor.published?.(topic) ?? []
  }

  /** Exports what the last transaction has left. */
  report(): void {
    this.options.metrics.parkedKeys.set({ task: this.options.task }, this.parked.size)
  }

  /** The task is another instance's by now. */
  retire(): void {
    this.options.metrics.parkedKeys.remove({ task: this.options.task })
  }

  /** Resolves what encoding needs; afterwards no record has to wait. */
  async prepare(): Promise<void> {
    if (this.prepared) return
    await Promise.all(this.sinks.map((sink) => sink.prepare()))
    this.prepared = true
  }

  /** Processes records of the input at or behind `position`. Throws what is not the fault of a single record. */
  async run(
    records: readonly LogRecord[],
    position: bigint,
    writer: TransactionWriter,
  ): Promise<Tally> {
    const run = this.begin(this.options.source.topic, writer)
    let sinceYield = 0
    for (const record of records) {
      if (record.offset < position) continue
      run.tally.records += 1
      for (const step of this.steps) {
        const done = this.runStep(step, record, run)
        const isGood = typeof done === 'boolean' ? done : await done
        if (isGood && run.context.isBroadcast) await this.broadcast(step, record, writer)
      }
      sinceYield += 1
      if (sinceYield >= YIELD_EVERY) {
        sinceYield = 0
        await this.turn(record.offset, 0)
      }
    }
    this.breaker.save()
    this.options.stores.keep()
    return run.tally
  }

  /**
   * Processes records of the control topic; one that cannot be processed becomes a dead letter, whatever the cause, because
   * nobody could take it away. `lettersOf` reads the dead letters that came since a replay was made.
   */
  async runControls(
    controls: readonly (Control | Unreadable)[],
    topic: string,
    writer: TransactionWriter,
    lettersOf: (rests: readonly Rest[]) => Promise<ReadonlyMap<string, readonly LogRecord[]>>,
  ): Promise<Tally> {
    const run = this.begin(topic, writer)
    this.replays.takeRests()
    for (const control of controls) {
      run.tally.records += 1
      if (control.kind === 'unreadable') {
        this.writeDeadLetter('control', control.record, control.error, undefined, run)
        continue
      }
      const step = this.steps.find(({ name }) => name === control.processor)
      if (step === undefined) run.tally.drop(control.processor, 'unknown_processor')
      else if (control.kind === 'replay') this.replay(step, control, run)
      else await this.receive(step, control, run)
      if (run.tally.records % YIELD_EVERY === 0) await this.turn(BigInt(run.tally.records), 0)
    }
    const rests = this.replays.takeRests()
    if (rests.length === 0) return run.tally
    const letters = await lettersOf(rests)
    for (const rest of rests) {
      const step = this.steps.find(({ name }) => name === rest.processor)
      const replays = replayOfRest(rest, letters.get(parkedId(rest.processor, rest.key)) ?? [])
      if (step === undefined || replays === undefined) continue
      for (const replay of replays) {
        run.tally.records += 1
        this.replay(step, replay, run)
      }
    }
    return run.tally
  }

  /** Gives others their turn. */
  private async turn(offset: bigint, steps: number): Promise<void> {
    await new Promise(setImmediate)
    this.options.onTurn?.(offset, steps)
  }

  private begin(topic: string, writer: TransactionWriter): Run {
    const { layout, limits } = this.options
    const tally = new Tally(topic)
    return { tally, context: new CollectingContext(layout, limits, tally), writer }
  }

  /** A record of a parked key follows the one that parked it. False for what became a dead letter. */
  private runStep(step: Step, record: LogRecord, run: Run): boolean | Promise<boolean> {
    if (this.parked.of(step.name, record.key) !== undefined) {
      this.park(step, record, waits(), run)
      return false
    }
    const attempt = this.attempts.run(step, record, run, () =>
      step.processor.process(record, run.context),
    )
    if (!(attempt instanceof Promise)) return this.attempted(step, record, attempt, run)
    return attempt.then((error) => this.attempted(step, record, error, run))
  }

  private attempted(
    step: Step,
    record: LogRecord,
    error: FactsError | undefined,
    run: Run,
  ): boolean {
    if (error !== undefined && error.remedy !== 'skip') throw at(error, record)
    this.countAttempt(step, record, error)
    if (error === undefined) return true
    this.park(step, record, error, run)
    return false
  }

  private countAttempt(step: Step, record: LogRecord, error: FactsError | undefined): void {
    try {
      this.breaker.count(step.name, error)
    } catch (tooMany) {
      throw at(toFactsError(tooMany), record)
    }
  }

  /** A record that was broadcast or handed over is no change of its key: when it is bad, nothing waits for it. */
  private async receive(step: Step, { record }: Broadcast, run: Run): Promise<void> {
    const error = await this.attempts.run(step, record, run, () =>
      step.processor.receive?.(record, run.context),
    )
    if (error !== undefined) this.park(step, { ...record, key: null }, error, run)
  }

  private replay(step: Step, replay: Replay, run: Run): void {
    this.replays.take(replay, {
      process: (record) =>
        this.attempts.runAtOnce(step, record, run, () =>
          step.processor.process(record, run.context),
        ),
      deadLetter: (record, error, parked) =>
        this.writeDeadLetter(step.name, record, error, parked, run),
      drop: (reason) => run.tally.drop(step.name, reason),
    })
  }

  /** Writes the dead letter, and parks the key if there is one. */
  private park(step: Step, record: InputRecord, error: FactsError, run: Run): void {
    const { key } = record
    const { applicationId, source, topology, limits } = this.options
    const topics = [changelogTopic(applicationId, parkedStore(source)), topology.deadLetters]
    if (key === null || !hasRoom(key, topics, limits)) {
      this.writeDeadLetter(step.name, withoutKey(record), error, undefined, run)
      return
    }
    const parked = this.parked.add(step.name, key, record, error)
    this.options.stores.keep()
    this.writeDeadLetter(step.name, record, error, parked, run)
  }

  private writeDeadLetter(
    processor: string,
    record: InputRecord,
    error: FactsError,
    parked: ParkedKey | undefined,
    run: Run,
  ): void {
    const { topology, layout, limits, task } = this.options
    const topic = topology.deadLetters
    const limit = batchLimit(limits, topic)
    const partition = partitionFor(record.key, layout.get(topic) ?? 1)
    run.tally.deadLetter(processor, error.code)
    run.writer.add(deadLetter({ topic, partition, record, error, processor, task, parked, limit }))
  }

  private async broadcast(step: Step, record: LogRecord, writer: TransactionWriter): Promise<void> {
    const { applicationId, source, inputEnds } = this.options
    const topic = controlTopic(applicationId, source.topic)
    for (const [partition, after] of await inputEnds()) {
      if (partition === record.partition) continue
      const sent = broadcastRecord(topic, partition, { processor: step.name, after, record })
      writer.add(abridged(sent, batchLimit(this.options.limits, topic)))
    }
  }
}

const at = (error: FactsError, { topic, partition, offset }: LogRecord): FactsError =>
  error.at({ topic, partition, offset })

const waits = (): FactsError =>
  new FactsError(
    'KEY_PARKED',
    'An earlier record of this key is a dead letter, so this one waits for it. Fix the cause, then "facts dead-letters replay".',
  )
