import type { ReadStats } from '../event/event-text'
import type { Feed, Place } from '../live/feed'
import { lagging } from './lagging'
import { WindowReplay } from './window-replay'
import type { Positions } from '../cursor/position'
import type { PlacedEvent } from './replay'
import { Replay } from './replay'
import type { Selection } from '../select/selection'

/** One reader's way through the store, one bounded step after the other. */
export interface Reading {
  positions: Positions
  /** Where its reader goes on when it is cut here. */
  readonly place: Place
  readonly cursor: string
  /** Since the last event. */
  readonly stats: ReadStats
  /** All facts that were read: the work that was done. */
  readonly work: number
  /** False within a window, where its place does not move. */
  readonly isBetween: boolean
  /** The last step ended a window of which something was told. */
  readonly hasEndedWindow: boolean
  /** Whether there is nothing to be told before `until` at the moment. */
  isThere(until: Positions): boolean
  /** See Replay.step. */
  step(until: Positions, most?: number): Promise<readonly PlacedEvent[]>
}

export interface ReadingOptions {
  readonly feed: Feed
  readonly selection: Selection
  readonly place: Place
  /** Events are held back until they are so old. Milliseconds. */
  readonly lagMs: number
  /** In the order of commits, in windows of so many milliseconds. */
  readonly windowMs?: number | undefined
}

export function reading({ feed, selection, place, lagMs, windowMs }: ReadingOptions): Reading {
  if (windowMs === undefined) return new Replay(feed, selection, place)
  return new WindowReplay(feed, selection, place, { windowMs, lagMs })
}

/** Where the reader may go at most. Windows have the lag in themselves. */
export const limitOf = ({ feed, lagMs, windowMs }: ReadingOptions, from: Positions): Positions =>
  windowMs === undefined ? lagging(feed, from, lagMs) : feed.hub.positions
