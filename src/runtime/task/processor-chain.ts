import { FactsError, toFactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { Sink } from '../../topology/sink'
import type { TransactionWriter } from '../commit/transaction'
import type { ProcessorChainOptions } from './processor-chain-options'
import type { ChainNode } from './run'
import { Run } from './run'
import type { Tally } from './tally'

/** Records between two turns of the event loop, so that heartbeats and other tasks' replies are served. */
const YIELD_EVERY = 500

/** The processors of one task. Runs records through them synchronously and adds the outputs to the transaction. */
export class ProcessorChain {
  readonly outputTopics: readonly string[]
  /** Names of the tables that its processors use. */
  readonly tables: readonly string[]
  readonly nodes: readonly ChainNode[]
  private readonly sinks: readonly Sink[]
  private prepared = false

  constructor(private readonly options: ProcessorChainOptions) {
    const { topology, source, tables, stores } = options
    const nodes = topology.processors.filter((node) => node.source === source.name)
    const names = new Set(nodes.flatMap((node) => node.sinks))
    this.sinks = topology.sinks.filter((sink) => names.has(sink.name))
    this.tables = [...new Set(nodes.flatMap((node) => node.tables))]
    this.outputTopics = [...new Set(this.sinks.map((sink) => sink.topic))]
    this.nodes = nodes.map((node) => ({
      name: node.name,
      processor: node.supplier(tables.views(node.tables), stores.views),
    }))
  }

  /** Loads the newly opened stores. */
  opened(): void {
    this.options.parking.keys.load()
    this.options.breaker.load()
  }

  /** Keys with an output in the topic, as far as the processors know. */
  *published(topic: string): Iterable<Buffer> {
    for (const { processor } of this.nodes) yield* processor.published?.(topic) ?? []
  }

  /** Exports metrics of the committed state. */
  report(): void {
    const { metrics, task, parking } = this.options
    metrics.parkedKeys.set({ task }, parking.keys.size)
  }

  /** Another instance owns the task. */
  retire(): void {
    this.options.metrics.parkedKeys.remove({ task: this.options.task })
  }

  /** Resolves schema ids, so that encoding is synchronous. */
  async prepare(): Promise<void> {
    if (this.prepared) return
    await Promise.all(this.sinks.map((sink) => sink.prepare()))
    this.prepared = true
  }

  /** Processes records of the input from offset `position` on. Throws what is not the fault of a single record. */
  async run(
    records: readonly LogRecord[],
    position: bigint,
    writer: TransactionWriter,
  ): Promise<Tally> {
    const { source, breaker, stores, turn } = this.options
    const run = new Run(source.topic, writer, this.options)
    let sinceYield = 0
    for (const record of records) {
      if (record.offset < position) continue
      run.tally.records += 1
      for (const node of this.nodes) {
        const done = this.runNode(node, record, run)
        const isGood = typeof done === 'boolean' ? done : await done
        if (isGood && run.context.isBroadcast) await this.broadcast(node, record, run)
      }
      sinceYield += 1
      if (sinceYield >= YIELD_EVERY) {
        sinceYield = 0
        await turn(record.offset)
      }
    }
    breaker.save()
    stores.keep()
    return run.tally
  }

  /** A record of a parked key waits after the one that parked it. False for what became a dead letter. */
  private runNode(node: ChainNode, record: LogRecord, run: Run): boolean | Promise<boolean> {
    const { attempts, parking } = this.options
    if (parking.keys.of(node.name, record.key) !== undefined) {
      return this.deadLetter(node, record, waits(), run)
    }
    const attempt = attempts.run(node, record, run, () =>
      node.processor.process(record, run.context),
    )
    if (!(attempt instanceof Promise)) return this.attempted(node, record, attempt, run)
    return attempt.then((error) => this.attempted(node, record, error, run))
  }

  private attempted(
    node: ChainNode,
    record: LogRecord,
    error: FactsError | undefined,
    run: Run,
  ): boolean {
    if (error !== undefined && error.remedy !== 'skip') throw at(error, record)
    this.countAttempt(node, record, error)
    return error === undefined || this.deadLetter(node, record, error, run)
  }

  private countAttempt(node: ChainNode, record: LogRecord, error: FactsError | undefined): void {
    try {
      this.options.breaker.count(node.name, error)
    } catch (tooMany) {
      throw at(toFactsError(tooMany), record)
    }
  }

  private deadLetter({ name }: ChainNode, record: LogRecord, error: FactsError, run: Run): false {
    run.deadLetter(name, error, this.options.parking.park(name, record, error))
    return false
  }

  private async broadcast({ name }: ChainNode, record: LogRecord, { writer }: Run): Promise<void> {
    for (const sent of await this.options.broadcaster.records(name, record)) writer.add(sent)
  }
}

const at = (error: FactsError, { topic, partition, offset }: LogRecord): FactsError =>
  error.at({ topic, partition, offset })

const waits = (): FactsError =>
  new FactsError(
    'KEY_PARKED',
    'An earlier record of this key is a dead letter, so this one is parked. Fix the cause, then run "facts dead-letters replay".',
  )
