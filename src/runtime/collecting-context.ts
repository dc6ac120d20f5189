import { partitionFor } from '../topology/partitioner'
import type { Output, ProcessorContext } from '../topology/processor'
import type { OutputRecord } from '../topology/record'
import type { Sink } from '../topology/topology'
import type { BatchLimits } from './batch-limits'
import { checkFits } from './batch-limits'
import type { Tally } from './tally'
import type { TopicLayout } from './topic-layout'

/** What one processor makes of one record, held back until it is known that the record is good. */
export class CollectingContext implements ProcessorContext {
  outputs: OutputRecord[] = []
  /** Whether the record at hand goes to the other partitions too. */
  isBroadcast = false
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
  }

  drop(reason: string): void {
    this.reason = reason
  }

  broadcast(): void {
    this.isBroadcast = true
  }

  note(what: string): void {
    this.notes.push(what)
  }

  /** The record is good. Every record makes an output or states why not: nothing is lost quietly. */
  finish(): void {
    for (const note of this.notes) this.tally.note(this.processor, note)
    if (this.reason !== undefined) this.tally.drop(this.processor, this.reason)
    else if (this.outputs.length === 0) {
      throw new Error(`Processor ${this.processor} neither forwarded nor dropped the record.`)
    }
  }
}
