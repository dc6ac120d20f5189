import type { Positions } from '../cursor/position'
import type { ReaderPosition } from '../cursor/reader-position'
import type { ReadStats, WrittenEvent } from '../event/event-text'

/** A written event with its commit time. */
export interface PlacedEvent extends WrittenEvent {
  readonly stats: ReadStats
  /** Commit time, RFC 3339. */
  readonly time: string | undefined
}

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
