import { FactsError, toFactsError } from '../errors'
import type { Metrics } from '../telemetry'
import { controlTopic, parkedStore } from '../topology/internal-topics'
import { partitionFor } from '../topology/partitioner'
import type { Processor } from '../topology/processor'
import type { LogRecord, OutputRecord } from '../topology/record'
import type { Sink, Source, Topology } from '../topology/topology'
import type { BatchLimits } from './batch-limits'
import { CollectingContext } from './collecting-context'
import type { Control, Replay } from './control-record'
import { broadcastRecord } from './control-record'
import { deadLetter } from './dead-letter'
import type { GlobalTables } from './global-tables'
import { ParkedKeys } from './parked-keys'
import type { TaskStores } from './state/task-stores'
import { Tally } from './tally'
import type { TopicLayout } from './topic-layout'
import type { TransactionWriter } from './transaction'

/** Records between two turns of the event loop, so that heartbeats and other tasks' replies are served. */
const YIELD_EVERY = 500

export interface ProcessorChainOptions {
  readonly applicationId: string
  readonly source: Source
  readonly task: string
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  readonly tables: GlobalTables
  readonly stores: TaskStores
  readonly metrics: Metrics
  /** Where each partition of the input ends now. */
  readonly inputEnds: () => Promise<ReadonlyMap<number, bigint>>
}

interface Step {
  readonly name: string
  readonly processor: Processor
}

/** What a batch's records are run with. */
interface Run {
  readonly context: CollectingContext
  readonly tally: Tally
  readonly writer: TransactionWriter
}

/** The processors of one task. Runs records through them synchronously and hands the outputs to the transaction. */
export class ProcessorChain {
  readonly outputTopics: readonly string[]
  private readonly steps: readonly Step[]
  private readonly sinks: readonly Sink[]
  private readonly parked: ParkedKeys
  private prepared = false

  constructor(private readonly options: ProcessorChainOptions) {
    const { topology, source, tables, stores } = options
    const nodes = topology.processors.filter((node) => node.source === source.name)
    const names = new Set(nodes.flatMap((node) => node.sinks))
    this.sinks = topology.sinks.filter((sink) => names.has(sink.name))
    this.outputTopics = [...new Set(this.sinks.map((sink) => sink.topic))]
    this.parked = new ParkedKeys(stores.view(parkedStore(source)))
    this.steps = nodes.map((node) => ({
      name: node.name,
      processor: node.supplier(tables.views(node.tables), stores.views),
    }))
  }

  /** Takes up what the stores, which have just been opened, hold. */
  opened(): void {
    this.parked.load()
  }

  /** Exports what the last transaction has left. */
  report(): void {
    this.options.metrics.parkedKeys.set({ task: this.options.task }, this.parked.size)
  }

  /** The task is another instance's by now, and so is what was exported of it. */
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
        const isGood = this.runStep(step, record, run)
        if (isGood && run.context.isBroadcast) await this.broadcast(step, record, writer)
      }
      sinceYield += 1
      if (sinceYield >= YIELD_EVERY) {
        sinceYield = 0
        await new Promise(setImmediate)
      }
    }
    return run.tally
  }

  /** Processes records of the control topic. */
  runControls(controls: readonly Control[], topic: string, writer: TransactionWriter): Tally {
    const run = this.begin(topic, writer)
    for (const control of controls) {
      run.tally.records += 1
      const step = this.steps.find(({ name }) => name === control.processor)
      if (step === undefined) run.tally.drop(control.processor, 'unknown_processor')
      else if (control.kind === 'replay') this.replay(step, control, run)
      else {
        // It is no change of its key: nothing would wait behind it.
        this.attempt(step, { ...control.record, key: null }, run, () =>
          step.processor.receive?.(control.record, run.context),
        )
      }
    }
    return run.tally
  }

  private begin(topic: string, writer: TransactionWriter): Run {
    const { layout, limits } = this.options
    const tally = new Tally(topic)
    return { tally, context: new CollectingContext(layout, limits, tally), writer }
  }

  /** A record of a parked key follows the one that parked it. False for what became a dead letter. */
  private runStep(step: Step, record: LogRecord, run: Run): boolean {
    if (this.parked.of(step.name, record.key) !== undefined) {
      this.park(step, record, waits(), run)
      return false
    }
    return this.attempt(step, record, run, () => step.processor.process(record, run.context))
  }

  /** Runs the step and takes its outputs; a record that is bad becomes a dead letter. False for that. */
  private attempt(step: Step, record: LogRecord, run: Run, work: () => void): boolean {
    const { context, tally, writer } = run
    context.start(step.name)
    try {
      work()
      context.finish()
      this.options.stores.keep()
    } catch (error) {
      const known = toFactsError(error)
      const { topic, partition, offset } = record
      if (known.remedy !== 'skip') throw known.at({ topic, partition, offset })
      this.options.stores.undo()
      this.park(step, record, known, run)
      return false
    }
    if (context.outputs.length > 1) tally.extra(step.name, context.outputs.length - 1)
    for (const output of context.outputs) {
      tally.output(output.topic)
      writer.add(output)
    }
    return true
  }

  /** The replay of a dead letter; of a round that is over by now it has no effect. */
  private replay(step: Step, { key, round, isLast, record }: Replay, run: Run): void {
    let parked = this.parked.of(step.name, key)
    if (parked?.round === round) {
      parked = { ...parked, round: round + 1, count: 0, replaying: round, failed: false }
      this.parked.put(step.name, key, parked)
      this.options.stores.keep()
    }
    if (parked?.replaying !== round) {
      run.tally.drop(step.name, 'replayed_before')
      return
    }
    if (record === null) run.tally.drop(step.name, 'left_out')
    else if (parked.failed) this.park(step, record, waits(), run)
    else if (!this.attempt(step, record, run, () => step.processor.process(record, run.context))) {
      const failed = this.parked.of(step.name, key)
      if (failed !== undefined) this.parked.put(step.name, key, { ...failed, failed: true })
    }
    if (isLast) this.endReplay(step, key)
    this.options.stores.keep()
  }

  /** A key whose dead letters are all replayed goes on; if others have come meanwhile, they wait for the next replay. */
  private endReplay(step: Step, key: Buffer): void {
    const parked = this.parked.of(step.name, key)
    if (parked === undefined) return
    if (parked.count === 0) this.parked.release(step.name, key)
    else this.parked.put(step.name, key, { ...parked, replaying: null, failed: false })
  }

  /** Writes the dead letter, and parks the key if there is one. */
  private park(step: Step, record: LogRecord, error: FactsError, run: Run): void {
    const { key, offset } = record
    const before = this.parked.of(step.name, key)
    const first = {
      ...{ code: error.code, offset: offset.toString(), round: 1, count: 0 },
      ...{ replaying: null, failed: false },
    }
    const parked = key === null ? undefined : (before ?? first)
    if (key !== null && parked !== undefined) {
      this.parked.put(step.name, key, { ...parked, count: parked.count + 1 })
      this.options.stores.keep()
    }
    run.tally.deadLetter(step.name, error.code)
    run.writer.add(this.deadLetter(step, record, error, parked?.round))
  }

  private deadLetter(
    step: Step,
    record: LogRecord,
    error: FactsError,
    round: number | undefined,
  ): OutputRecord {
    const { topology, layout, task } = this.options
    const topic = topology.deadLetters
    const partition = partitionFor(record.key, layout.get(topic) ?? 1)
    return deadLetter({ topic, partition, record, error, processor: step.name, task, round })
  }

  private async broadcast(step: Step, record: LogRecord, writer: TransactionWriter): Promise<void> {
    const { applicationId, source, inputEnds } = this.options
    const topic = controlTopic(applicationId, source.topic)
    for (const [partition, after] of await inputEnds()) {
      if (partition === record.partition) continue
      writer.add(broadcastRecord(topic, partition, { processor: step.name, after, record }))
    }
  }
}

const waits = (): FactsError =>
  new FactsError(
    'KEY_PARKED',
    'An earlier record of this key is a dead letter, so this one waits behind it. Mend the cause, then "facts dead-letters replay".',
  )
