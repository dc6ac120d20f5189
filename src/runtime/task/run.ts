import type { FactsError } from '../../errors'
import type { Processor } from '../../topology/processor'
import type { OutputRecord } from '../../topology/record'
import type { BatchLimits } from '../commit/batch-limits'
import type { TransactionWriter } from '../commit/transaction'
import type { TopicLayout } from '../topics/topic-layout'
import { CollectingContext } from './collecting-context'
import { Tally } from './tally'

/** A processor of a task. */
export interface ChainNode {
  readonly name: string
  readonly processor: Processor
}

/** Context in which a batch's records are processed. */
export class Run {
  readonly tally: Tally
  readonly context: CollectingContext

  constructor(
    topic: string,
    readonly writer: TransactionWriter,
    { layout, limits }: { readonly layout: TopicLayout; readonly limits: BatchLimits },
  ) {
    this.tally = new Tally(topic)
    this.context = new CollectingContext(layout, limits, this.tally)
  }

  deadLetter(processor: string, { code }: FactsError, letter: OutputRecord): void {
    this.tally.deadLetter(processor, code)
    this.writer.add(letter)
  }
}
