import { partitionFor } from '../../topology/partitioner'
import type { Output, ProcessorContext } from '../../topology/processor'
import type { OutputRecord } from '../../topology/record'
import type { Sink } from '../../topology/sink'
import type { BatchLimits } from '../commit/batch-limits'
import { checkFits } from '../commit/batch-limits'
import type { Tally } from './tally'
import type { TopicLayout } from '../topics/topic-layout'

/** The output of one processor for one record, buffered until the record has succeeded. */
export class CollectingContext implements ProcessorContext {
  outputs: OutputRecord[] = []
  /** Whether the current record is broadcast to the other partitions too. */
  isBroadcast = false
  /** Remaining steps of the current record, if its processor works in steps. */
  steps: Iterator<unknown> | undefined
  /** Number of outputs of the current record so far. */
  forwarded = 0
  private processor = ''
  private notes: string[] = []
  private reason: string | undefined

  constructor(
    private readonly layout: TopicLayout,
    private readonly limits: BatchLimits,
    private readonly tally: Tally,
  ) {}

  /** Begins a record, with nothing collected. */
  start(processor: string): void {
    this.processor = processor
    this.reason = undefined
    this.isBroadcast = false
    this.steps = undefined
    this.forwarded = 0
    if (this.outputs.length > 0) this.outputs = []
    if (this.notes.length > 0) this.notes = []
  }

  forward(sink: Sink, output: Output): void {
    const { key, value, timestamp, headers } = output
    const { topic } = sink
    const partition = partitionFor(key, this.layout.get(topic) ?? 1)
    const record = { topic, partition, key, value, timestamp, headers }
    checkFits(record, this.limits)
    this.outputs.push(record)
    this.forwarded += 1
  }

  drop(reason: string): void {
    this.reason = reason
  }

  broadcast(): void {
    this.isBroadcast = true
  }

  inSteps(steps: Iterable<unknown>): void {
    this.steps = steps[Symbol.iterator]()
  }

  /** Runs the remaining steps of the current record without yielding. */
  exhaust(): void {
    const { steps } = this
    while (steps !== undefined && steps.next().done !== true);
    this.steps = undefined
  }

  /** Outputs since the last call. */
  take(): readonly OutputRecord[] {
    const { outputs } = this
    if (outputs.length > 0) this.outputs = []
    return outputs
  }

  note(what: string): void {
    this.notes.push(what)
  }

  /** The record has succeeded. Every record has to forward an output or drop with a reason, so that nothing is lost silently. */
  finish(): void {
    for (const note of this.notes) this.tally.note(this.processor, note)
    if (this.reason !== undefined) this.tally.drop(this.processor, this.reason)
    else if (this.forwarded === 0) {
      throw new Error(`Processor ${this.processor} neither forwarded nor dropped the record.`)
    }
  }
}
