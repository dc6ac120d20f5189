import { partitionFor } from '../../topology/partitioner'
import type { Output, ProcessorContext } from '../../topology/processor'
import type { OutputRecord } from '../../topology/record'
import type { Sink } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import { checkFits } from '../commit/batch-limits'
import type { Tally } from './tally'
import type { TopicLayout } from '../topics/topic-layout'

/** What one processor makes of one record, held back until it is known that the record is good. */
export class CollectingContext implements ProcessorContext {
  outputs: OutputRecord[] = []
  /** Whether the record at hand goes to the other partitions too. */
  isBroadcast = false
  /** What is left to be done of the record at hand, when its processor does it in steps. */
  steps: Iterator<unknown> | undefined
  /** How many outputs the record at hand has made so far. */
  forwarded = 0
  private processor = ''
  private notes: string[] = []
  private reason: string | undefined

  constructor(
    private readonly layout: TopicLayout,
    private readonly limits: BatchLimits,
    private readonly tally: Tally,
  ) {}

  /** Begins with a record: nothing collected yet. */
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

  /** Does what is left of the record at hand in one go. */
  exhaust(): void {
    const { steps } = this
    while (steps !== undefined && steps.next().done !== true);
    this.steps = undefined
  }

  /** Outputs that nobody has taken yet. */
  take(): readonly OutputRecord[] {
    const { outputs } = this
    if (outputs.length > 0) this.outputs = []
    return outputs
  }

  note(what: string): void {
    this.notes.push(what)
  }

  /** The record is good. Every record makes an output or states why not: nothing is lost quietly. */
  finish(): void {
    for (const note of this.notes) this.tally.note(this.processor, note)
    if (this.reason !== undefined) this.tally.drop(this.processor, this.reason)
    else if (this.forwarded === 0) {
      throw new Error(`Processor ${this.processor} neither forwarded nor dropped the record.`)
    }
  }
}
