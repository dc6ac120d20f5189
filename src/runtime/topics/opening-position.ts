import { FactsError } from '../../errors'
import type { PartitionOffsets } from '../../broker/ports'

export interface OpeningPositionOptions {
  readonly topic: string
  readonly partition: number
  /** The group's committed offset, undefined when there is none. */
  readonly committed: bigint | undefined
  readonly offsets: PartitionOffsets | undefined
}

/**
 * The start position of a task: the committed offset, or the beginning. Never an approximation: a committed offset that the
 * partition no longer has means lost records (retention overtook the group) or a recreated topic, and both throw
 * OFFSET_OUT_OF_RANGE.
 */
export function openingPosition({
  topic,
  partition,
  committed,
  offsets,
}: OpeningPositionOptions): bigint {
  if (offsets === undefined) {
    throw new FactsError('TOPIC_MISSING', `Partition ${partition} of ${topic} does not exist.`, {
      topic,
      partition,
    })
  }
  if (committed === undefined) return offsets.low
  if (committed < offsets.low) {
    throw new FactsError(
      'OFFSET_OUT_OF_RANGE',
      `Records ${committed.toString()} to ${(offsets.low - 1n).toString()} were deleted before they were processed (retention overtook the pipeline). They are lost on this topic: bring the facts back to the table's state with a new snapshot, then reset the group's offset.`,
      { topic, partition, offset: committed },
    )
  }
  if (committed > offsets.high) {
    throw new FactsError(
      'OFFSET_OUT_OF_RANGE',
      `The group committed offset ${committed.toString()} but the partition ends at ${offsets.high.toString()}: the topic was deleted and recreated, or truncated. Nothing was skipped; if the topic is right, reset the group's offset, otherwise start a new application id.`,
      { topic, partition, offset: committed },
    )
  }
  return committed
}
