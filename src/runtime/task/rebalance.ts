import type { Assignment, InputBatch, TopicPartition } from '../../broker/ports'
import { FactsError, toFactsError } from '../../errors'
import type { Logger } from '../../telemetry'

interface Closable {
  close(): Promise<unknown>
}

/** The partitions that the group has assigned to this instance, from one rebalance to the next. */
export class Ownership {
  private assignment: Assignment | undefined

  /** Whether the group has assigned partitions, possibly none. */
  get isAssigned(): boolean {
    return this.assignment !== undefined
  }

  get partitions(): readonly TopicPartition[] {
    return this.assignment?.partitions ?? []
  }

  /** The owned partitions, as `topic/partition`. */
  get names(): ReadonlySet<string> {
    return new Set(this.partitions.map(nameOf))
  }

  /** Replaces the previous assignment. */
  assigned(assignment: Assignment): void {
    this.assignment = assignment
  }

  /** Removes the tasks of partitions that were revoked, by `topic/partition`, and closes them. */
  closeRevoked(tasks: Map<string, Closable>, logger: Logger): void {
    const { names } = this
    for (const [name, task] of tasks) {
      if (names.has(name)) continue
      tasks.delete(name)
      task.close().catch((error: unknown) => logger.warn({ err: error }, 'Closing a task failed'))
    }
  }

  /**
   * Throws PARTITION_LOST for a batch that was fetched before a rebalance: opening its task would fence the partition's new
   * owner.
   */
  refuseRevoked({ topic, partition }: TopicPartition): void {
    if (this.partitions.some((one) => one.topic === topic && one.partition === partition)) return
    throw new FactsError('PARTITION_LOST', 'The partition moved before its batch was processed.', {
      topic,
      partition,
    })
  }
}

/**
 * Throws when another member may own the partition. When a rebalance has begun, the group still waits for this member, so the
 * current batch is committed first: an abort would only make the next owner redo it.
 */
export async function stillOwned(batch: InputBatch): Promise<void> {
  try {
    await batch.heartbeat()
  } catch (error) {
    if (toFactsError(error).code !== 'GROUP_REBALANCING') throw error
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`
