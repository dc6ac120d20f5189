import type { ChangePosition } from './row-position'
import type { RowStates } from './row-state'
import { nextEpoch } from './standing'
import { compareTruncate, compareWithMark } from './truncate-mark'

/** What a TRUNCATE has removed, of the rows that a task knows: their subjects. */
export interface Truncation {
  /** History of the database that it is of, as far as is known. */
  readonly epoch: number
  readonly removed: readonly string[]
}

/** Rows between two turns of other work. */
export const ROWS_PER_STEP = 500

/**
 * Compares a TRUNCATE with the rows, and remembers it; undefined when it was seen before. `offset` is its place in the
 * task's partition, undefined when it came in another one, where this partition's rows may be of before it or of after it.
 * Throws EPOCH_CHANGED when it is of a history of the database that the operator does not know of. In steps, because it looks
 * at every row.
 */
export function* truncationOf(
  rows: RowStates,
  position: ChangePosition,
  offset: bigint | undefined,
): Generator<undefined, Truncation | undefined> {
  const earliest = offset === undefined ? 1 : rows.epochAt(offset)
  const mark = rows.truncated
  let epoch = earliest
  if (mark !== undefined && earliest <= mark.epoch) {
    const order = compareWithMark(position, mark)
    if (order === 'older' || order === 'same') return undefined
    epoch =
      order === 'restarted' ? nextEpoch({ position, key: null }, mark, rows.lastEpoch) : mark.epoch
  }
  const removed: string[] = []
  let latest = position.committedAt
  let seen = 0
  for (const [subject, known] of rows.entries()) {
    seen += 1
    if (seen % ROWS_PER_STEP === 0) yield
    if (known.epoch <= epoch && known.committedAt > latest) latest = known.committedAt
    if (!known.isLive) continue
    const order = compareTruncate(position, known, epoch)
    if (order === 'restarted') {
      // A row of another partition may have come before it by a clock that was set back.
      if (offset === undefined && known.epoch >= rows.lastEpoch) continue
      const next = nextEpoch({ position, key: null }, known, rows.lastEpoch)
      if (next > epoch) epoch = next
    }
    if (order === 'newer' || order === 'restarted') removed.push(subject)
  }
  if (mark?.epoch === epoch && (mark.committedAt ?? 0n) > latest) latest = mark.committedAt ?? 0n
  rows.rememberTruncate({ epoch, lsn: position.lsn, committedAt: latest })
  if (offset !== undefined && epoch > earliest) rows.reach(epoch, offset)
  return { epoch, removed }
}
