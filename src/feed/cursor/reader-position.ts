import type { SnapshotPosition } from './cursor'
import type { Positions } from './position'

/** A reader's position in a feed: after `positions`, or within the snapshot as of them. */
export interface ReaderPosition {
  readonly positions: Positions
  readonly snapshot?: SnapshotPosition | undefined
  /** With `order=commit`: every fact with an earlier commit time was sent, except late ones. Microseconds since 1970. */
  readonly sentUntil?: bigint | undefined
}
