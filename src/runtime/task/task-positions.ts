import type { InputBatch, Log } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import { openingPosition } from '../topics/opening-position'
import { checkLayout } from '../topics/topic-layout'

export interface TaskPositionsOptions {
  readonly applicationId: string
  readonly partition: number
  readonly task: string
  readonly log: Log
  readonly logger: Logger
}

/** Offset of the next record to process in each topic of a task: the group's committed offsets. */
export class TaskPositions {
  private readonly byTopic = new Map<string, bigint>()

  constructor(private readonly options: TaskPositionsOptions) {}

  of(topic: string): bigint {
    return this.byTopic.get(topic) ?? 0n
  }

  set(topic: string, position: bigint): void {
    this.byTopic.set(topic, position)
  }

  /**
   * Loads the committed offset; returns its metadata. Throws PARTITIONS_CHANGED when it was committed with another layout than
   * the current one, `layout`.
   */
  async read(topic: string, layout: ReadonlyMap<string, number>): Promise<string | undefined> {
    const { log, applicationId, partition } = this.options
    const committed = await log.admin.committed(applicationId, topic, partition)
    if (committed !== undefined) checkLayout(committed.metadata, layout, { topic, partition })
    const offsets = (await log.admin.offsets(topic)).get(partition)
    const at = { topic, partition, offsets }
    this.set(topic, openingPosition({ ...at, committed: committed?.offset }))
    return committed?.metadata
  }

  /** The consumer starts after the position only when records were deleted. */
  async checkRetained({ topic, partition, fetchOffset }: InputBatch): Promise<void> {
    const { log, logger, task } = this.options
    const position = this.of(topic)
    const offsets = (await log.admin.offsets(topic)).get(partition)
    openingPosition({ topic, partition, committed: position, offsets })
    logger.debug({ task, topic, from: Number(fetchOffset), to: Number(position) }, 'Seeking')
  }

  /**
   * A partition that ends before the position is not the one that was committed: it was deleted and recreated. The end offset is
   * fetched again, because a previous owner may have advanced after the batch was fetched.
   */
  async checkEnd({ topic, partition, highWatermark }: InputBatch): Promise<void> {
    const committed = this.of(topic)
    if (highWatermark >= committed) return
    const offsets = (await this.options.log.admin.offsets(topic)).get(partition)
    openingPosition({ topic, partition, committed, offsets })
  }
}
