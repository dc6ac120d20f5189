import type { Positions } from '../cursor/position'
import type { ReaderPosition } from '../cursor/reader-position'
import type { Feed } from '../live/feed'
import type { Selection } from '../select/selection'
import { lagging } from './lagging'
import type { Reading } from './reading'
import { Replay } from './replay'
import { WindowReplay } from './window-replay'

export interface ReadingOptions {
  readonly feed: Feed
  readonly selection: Selection
  readonly position: ReaderPosition
  /** Minimum age of events, milliseconds. */
  readonly lagMs: number
  /** Window length of `order=commit`, milliseconds; undefined without it. */
  readonly windowMs?: number | undefined
}

export function reading({ feed, selection, position, lagMs, windowMs }: ReadingOptions): Reading {
  if (windowMs === undefined) return new Replay(feed, selection, position)
  return new WindowReplay(feed, selection, position, { windowMs, lagMs })
}

/** The furthest positions that the reader may reach. Windows apply the lag themselves. */
export const limitOf = ({ feed, lagMs, windowMs }: ReadingOptions, from: Positions): Positions =>
  windowMs === undefined ? lagging(feed, from, lagMs) : feed.hub.positions
