import type { FactsError } from '../errors'
import { toFactsError } from '../errors'
import type { Metrics } from '../telemetry'
import { partitionFor } from '../topology/partitioner'
import type { Processor } from '../topology/processor'
import type { LogRecord, OutputRecord } from '../topology/record'
import type { Sink, Topology } from '../topology/topology'
import { CollectingContext } from './collecting-context'
import { deadLetter } from './dead-letter'
import type { GlobalTables } from './global-tables'
import type { TaskStores } from './state/task-stores'
import { Tally } from './tally'
import type { TopicLayout } from './topic-layout'
import type { TransactionWriter } from './transaction'

/** Records between two turns of the event loop, so that heartbeats and other tasks' replies are served. */
const YIELD_EVERY = 500

export interface ProcessorChainOptions {
  readonly topic: string
  readonly task: string
  readonly topology: Topology
  readonly layout: TopicLayout
  readonly tables: GlobalTables
  readonly stores: TaskStores
  readonly metrics: Metrics
}

interface Step {
  readonly name: string
  readonly processor: Processor
}

/** The processors of one task. Runs records through them synchronously and hands the outputs to the transaction. */
export class ProcessorChain {
  readonly outputTopics: readonly string[]
  private readonly steps: readonly Step[]
  private readonly sinks: readonly Sink[]
  private prepared = false

  constructor(private readonly options: ProcessorChainOptions) {
    const { topology, topic, tables, stores } = options
    const source = topology.sources.find((node) => node.topic === topic)
    const nodes = topology.processors.filter((node) => node.source === source?.name)
    const names = new Set(nodes.flatMap((node) => node.sinks))
    this.sinks = topology.sinks.filter((sink) => names.has(sink.name))
    this.outputTopics = [...new Set(this.sinks.map((sink) => sink.topic))]
    this.steps = nodes.map((node) => ({
      name: node.name,
      processor: node.supplier(tables.views(node.tables), stores.views),
    }))
  }

  /** Resolves what encoding needs; afterwards no record has to wait. */
  async prepare(): Promise<void> {
    if (this.prepared) return
    await Promise.all(this.sinks.map((sink) => sink.prepare()))
    this.prepared = true
  }

  /** Processes the records at or behind `position`. Throws what is not the fault of a single record. */
  async run(
    records: readonly LogRecord[],
    position: bigint,
    writer: TransactionWriter,
  ): Promise<Tally> {
    const { topic, layout } = this.options
    const tally = new Tally(topic)
    const context = new CollectingContext(layout, tally)
    let sinceYield = 0
    for (const record of records) {
      if (record.offset < position) continue
      tally.records += 1
      for (const step of this.steps) this.runStep(step, record, context, tally, writer)
      sinceYield += 1
      if (sinceYield >= YIELD_EVERY) {
        sinceYield = 0
        await new Promise(setImmediate)
      }
    }
    return tally
  }

  private runStep(
    step: Step,
    record: LogRecord,
    context: CollectingContext,
    tally: Tally,
    writer: TransactionWriter,
  ): void {
    context.start(step.name)
    try {
      step.processor.process(record, context)
      context.finish()
      this.options.stores.keep()
    } catch (error) {
      const known = toFactsError(error)
      const { topic, partition, offset } = record
      if (known.remedy !== 'skip') throw known.at({ topic, partition, offset })
      this.options.stores.undo()
      tally.deadLetter(step.name, known.code)
      writer.add(this.deadLetter(step, record, known))
      return
    }
    for (const output of context.outputs) {
      tally.output(output.topic)
      writer.add(output)
    }
  }

  private deadLetter(step: Step, record: LogRecord, error: FactsError): OutputRecord {
    const { topology, layout, task } = this.options
    const topic = topology.deadLetters
    const partition = partitionFor(record.key, layout.get(topic) ?? 1)
    return deadLetter({ topic, partition, record, error, processor: step.name, task })
  }
}
