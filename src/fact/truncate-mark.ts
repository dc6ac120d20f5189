import type { ChangePosition, Comparison, KnownPosition } from './row-position'

/** The last TRUNCATE of a table. */
export interface TruncateMark {
  readonly epoch: number
  readonly lsn: bigint
  /** The latest commit time that was known when it came; undefined when an earlier version did not keep it. */
  readonly committedAt: bigint | undefined
}

/** How a streamed change, another TRUNCATE included, stands to the TRUNCATE. */
export function compareWithMark(
  { lsn, committedAt }: ChangePosition,
  mark: TruncateMark,
): Comparison {
  if (lsn > mark.lsn) return 'newer'
  if (mark.committedAt !== undefined && committedAt > mark.committedAt) return 'restarted'
  return lsn === mark.lsn ? 'same' : 'older'
}

/**
 * How a TRUNCATE stands to a live row: `newer` has removed it. It locks the table, so in one history the row's changes
 * have lower LSNs before it and higher ones after it.
 */
export function compareTruncate(
  { lsn, committedAt }: ChangePosition,
  row: Omit<KnownPosition, 'order'>,
  /** The earliest history that the TRUNCATE may be of. */
  epoch: number,
): Comparison {
  if (epoch > row.epoch) return 'newer'
  const isAboveStream = lsn > row.lsn
  const isAboveSnapshot = lsn > row.snapshotLsn
  if (isAboveStream && isAboveSnapshot) {
    // A high position that came before the row's time is one of an earlier history.
    const isEarlier = committedAt < row.committedAt || committedAt < row.snapshotAt
    return row.epoch > epoch && isEarlier ? 'older' : 'newer'
  }
  const isLater =
    (isAboveStream || committedAt > row.committedAt) &&
    (isAboveSnapshot || committedAt > row.snapshotAt)
  return isLater ? 'restarted' : 'older'
}
