import type { ReadStats } from '../event/event-text'
import type { Feed, ReaderPosition } from '../live/feed'
import { lagging } from './lagging'
import { WindowReplay } from './window-replay'
import type { Positions } from '../cursor/position'
import type { PlacedEvent } from './replay'
import { Replay } from './replay'
import type { Selection } from '../select/selection'

/** A reader's progress through the store, in bounded steps. */
export interface Reading {
  positions: Positions
  /** The position from which an interrupted reader resumes. */
  readonly position: ReaderPosition
  readonly cursor: string
  /** Statistics since the last event. */
  readonly stats: ReadStats
  /** Number of facts read in total. */
  readonly work: number
  /** False within a window, where its position does not advance. */
  readonly isBetween: boolean
  /** Whether the last step ended a window that had events. */
  readonly hasEndedWindow: boolean
  /** Whether nothing is left to send before `until` at the moment. */
  isThere(until: Positions): boolean
  /** See Replay.step. */
  step(until: Positions, most?: number): Promise<readonly PlacedEvent[]>
}

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
