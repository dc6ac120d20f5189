import type { Cursor } from './cursor'
import { reached, samePositions } from './position'

/** Whether the first is before the second in any partition, or at the same position with more of a snapshot to send. */
export function isBefore(
  { positions, snapshot }: Pick<Cursor, 'positions' | 'snapshot'>,
  other: Pick<Cursor, 'positions' | 'snapshot'>,
): boolean {
  if (!reached(positions, other.positions)) return true
  if (snapshot === undefined || !samePositions(positions, other.positions)) return false
  if (other.snapshot === undefined) return true
  if (snapshot.partition !== other.snapshot.partition) {
    return snapshot.partition < other.snapshot.partition
  }
  return Buffer.compare(keyOf(snapshot.key), keyOf(other.snapshot.key)) < 0
}

const keyOf = (key: Buffer | undefined): Buffer => key ?? Buffer.alloc(0)
