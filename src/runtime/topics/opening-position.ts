import { FactsError } from '../../errors'
import type { PartitionOffsets } from '../../broker/ports'

export interface OpeningPositionOptions {
  readonly topic: string
  readonly partition: number
  /** What the group has committed, undefined when nothing yet. */
  readonly committed: bigint | undefined
  readonly offsets: PartitionOffsets | undefined
}

/**
 * Where a task starts: at what was committed, or at the beginning. Never "somewhere near": a committed offset that
 * the partition no longer holds means lost records (retention overtook the group) or another topic under the same
 * name, and both throw OFFSET_OUT_OF_RANGE.
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
