import { controlTopic } from '../../topology/internal-topics'
import type { LogRecord, OutputRecord } from '../../topology/record'
import type { Source } from '../../topology/topology'
import type { BatchLimits } from '../commit/batch-limits'
import { batchLimit } from '../commit/batch-limits'
import { abridged } from '../commit/left-out'
import { broadcastRecord } from './control-record'

export interface BroadcasterOptions {
  readonly applicationId: string
  readonly source: Source
  readonly limits: BatchLimits
  /** Current end offset of each partition of the input. */
  readonly inputEnds: () => Promise<ReadonlyMap<number, bigint>>
}

/** Passes a record that concerns all keys to the tasks of the input's other partitions. */
export class Broadcaster {
  private readonly topic: string

  constructor(private readonly options: BroadcasterOptions) {
    this.topic = controlTopic(options.applicationId, options.source.topic)
  }

  /** A control record for each other partition, due when its task has come to where that partition ends now. */
  async records(processor: string, record: LogRecord): Promise<readonly OutputRecord[]> {
    const limit = batchLimit(this.options.limits, this.topic)
    const others = [...(await this.options.inputEnds())].filter(
      ([partition]) => partition !== record.partition,
    )
    return others.map(([partition, after]) =>
      abridged(broadcastRecord(this.topic, partition, { processor, after, record }), limit),
    )
  }
}
