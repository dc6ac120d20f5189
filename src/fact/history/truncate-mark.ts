import type { ChangePosition, Comparison, KnownPosition } from './row-position'

/** The last TRUNCATE of a table. */
export interface TruncateMark {
  readonly epoch: number
  readonly lsn: bigint
  /** The latest commit time known when it was read; undefined when an earlier version did not store it. */
  readonly committedAt: bigint | undefined
}

/** Compares a streamed change, another TRUNCATE included, with the TRUNCATE. */
export function compareWithMark(
  { lsn, committedAt }: ChangePosition,
  mark: TruncateMark,
): Comparison {
  if (lsn > mark.lsn) return 'newer'
  if (mark.committedAt !== undefined && committedAt > mark.committedAt) return 'restarted'
  return lsn === mark.lsn ? 'same' : 'older'
}

/**
 * Compares a TRUNCATE with a live row: `newer` has removed it. It locks the table, so in one history the row's changes
 * have lower LSNs before it and higher ones after it.
 */
export function compareTruncate(
  { lsn, committedAt }: ChangePosition,
  row: Omit<KnownPosition, 'order'>,
  /** The earliest history that the TRUNCATE may belong to. */
  epoch: number,
): Comparison {
  if (epoch > row.epoch) return 'newer'
  const isAboveStream = lsn > row.lsn
  const isAboveSnapshot = lsn > row.snapshotLsn
  if (isAboveStream && isAboveSnapshot) {
    // A higher position with an earlier time belongs to an earlier history.
    const isEarlier = committedAt < row.committedAt || committedAt < row.snapshotAt
    return row.epoch > epoch && isEarlier ? 'older' : 'newer'
  }
  const isLater =
    (isAboveStream || committedAt > row.committedAt) &&
    (isAboveSnapshot || committedAt > row.snapshotAt)
  return isLater ? 'restarted' : 'older'
}
