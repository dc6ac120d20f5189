import type { ChangePosition } from './row-position'
import type { RowStates } from './row-state'
import { nextEpoch } from './compare-change'
import { compareTruncate, compareWithMark } from './truncate-mark'

/** The rows of a task that a TRUNCATE has removed: their subjects. */
export interface Truncation {
  /** History of the database that it belongs to, as far as known. */
  readonly epoch: number
  readonly removed: readonly string[]
}

/** Rows that are processed before other work gets a turn. */
export const ROWS_PER_STEP = 500

/**
 * Compares a TRUNCATE with the rows, and remembers it; undefined when it is a repetition. `offset` is its offset in the
 * task's partition, undefined when it arrived in another one: this partition's rows may then be older or newer.
 * Throws EPOCH_CHANGED when it belongs to a history of the database that is not configured (pipeline.epoch). Runs in steps,
 * because it reads every row.
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
      // A clock that was set back may place a row of another partition before it.
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
