import type { SourcePosition } from '../../table/shape/source-position'

/** Position of a change in a history of the database. */
export type ChangePosition = Pick<SourcePosition, 'lsn' | 'transactionOrder' | 'committedAt'>

/**
 * Position of the known state of a row: its last streamed change, and the last snapshot that contained it. LSNs are
 * comparable within one history of the database only, the epoch; see docs/epochs.md.
 */
export interface KnownPosition {
  /** Number of the database's history, from 1. */
  readonly epoch: number
  /** LSN of the last streamed change; 0 when only snapshots have contained the row in this epoch. */
  readonly lsn: bigint
  /** Place of that change in its transaction. */
  readonly order: bigint
  /** The latest commit time of streamed changes, whose clock may have been set back; microseconds since 1970. */
  readonly committedAt: bigint
  /** LSN of the last snapshot that contained the row; 0 when none did. */
  readonly snapshotLsn: bigint
  /** When that snapshot was taken, by the clock of the connector. */
  readonly snapshotAt: bigint
}

/**
 * A change compared with the known state of its row. `restarted`: its position is not higher, yet it was committed later
 * than everything known of the row, which neither a repetition nor any order within one history can produce.
 */
export type Comparison = 'older' | 'same' | 'newer' | 'restarted'

/** Streamed changes are ordered by position: a row lock serialises the writers of a row. */
export function compareStreamed(
  { lsn, transactionOrder, committedAt }: ChangePosition,
  known: Pick<KnownPosition, 'lsn' | 'order' | 'committedAt'>,
): Comparison {
  const last = known.lsn
  if (lsn > last) return 'newer'
  const order = transactionOrder ?? 0n
  const isSame = lsn === last
  if (isSame && order > known.order) return 'newer'
  if (committedAt > known.committedAt) return 'restarted'
  return isSame && order === known.order ? 'same' : 'older'
}

/**
 * A snapshot is older than a streamed change when both its position and its time are: its position alone may be higher
 * than that of a transaction in progress, or lower because an incremental snapshot has the position that the stream had
 * reached; its time alone comes from another clock. A snapshot that was seen before is not newer either.
 */
export function compareSnapshot(
  { lsn, committedAt }: ChangePosition,
  known: Omit<KnownPosition, 'epoch' | 'order'>,
): Comparison {
  if (lsn < known.lsn && committedAt < known.committedAt) return 'older'
  if (lsn <= known.snapshotLsn && committedAt <= known.snapshotAt) {
    return lsn === known.snapshotLsn && committedAt === known.snapshotAt ? 'same' : 'older'
  }
  return lsn < known.lsn || lsn < known.snapshotLsn ? 'restarted' : 'newer'
}
