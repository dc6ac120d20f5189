import type { ReadStats } from '../event/event-text'
import type { Feed } from '../live/feed'
import type { ReaderPosition } from '../cursor/reader-position'
import { feedEvent } from '../event/feed-event'
import type { ReadLimits } from '../history/read-limits'
import { furthest } from '../history/merged'
import type { Positions } from '../cursor/position'
import { samePositions } from '../cursor/position'
import { Problem } from '../problem'
import { ReadCount } from '../event/read-count'
import type { Reading } from './reading'
import type { PlacedEvent } from './reading'
import { REFUSED, Replay, askedOf } from './replay'
import type { Selection } from '../select/selection'
import { Turn } from '../live/turn'
import type { Window, WindowPlan } from './window'
import { LARGEST, nextWindow, planWindow } from './window'

export interface WindowOptions {
  /** Length of a window, milliseconds. */
  readonly windowMs: number
  /** Milliseconds to wait for facts of a window after its end. */
  readonly lagMs: number
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Limits of one window. */
  readonly largest?: ReadLimits
}

/** Events of one step: small enough that other work gets a turn. */
const STEP = 500

interface OpenWindow extends WindowPlan {
  /** Number of its entries that were sent. */
  at: number
}

/**
 * Reads the store in the source's commit order, one window of commit time after the other. Its position is the start of the
 * current window until all of it was sent: an interrupted window is sent again, and nothing is skipped.
 */
export class WindowReplay implements Reading {
  positions: Positions
  work = 0
  hasEndedWindow = false
  private sentUntil: bigint | undefined
  private open: OpenWindow | undefined
  private hasSent = false
  private readonly counted: ReadCount
  /** Set while a snapshot is sent before. */
  private first: Replay | undefined

  constructor(
    private readonly feed: Feed,
    private readonly selection: Selection,
    position: ReaderPosition,
    private readonly options: WindowOptions,
  ) {
    this.positions = position.positions
    this.sentUntil = position.sentUntil
    this.counted = new ReadCount(selection)
    if (position.snapshot !== undefined) {
      this.first = new Replay(feed, selection, position, this.counted)
    }
  }

  get stats(): ReadStats {
    return this.counted.stats
  }

  get position(): ReaderPosition {
    return this.first?.position ?? { positions: this.positions, sentUntil: this.sentUntil }
  }

  get cursor(): string {
    return this.feed.cursor(this.selection, this.position)
  }

  get isBetween(): boolean {
    return this.open === undefined
  }

  isThere(until: Positions): boolean {
    if (this.first !== undefined || this.open !== undefined) return false
    if (samePositions(this.positions, until)) return true
    const window = this.next(until)
    // Records that are not facts need no wait.
    return window !== undefined && !this.isClosed(window)
  }

  async step(until: Positions, most?: number): Promise<readonly PlacedEvent[]> {
    this.hasEndedWindow = false
    if (this.first !== undefined) return this.stepSnapshot(this.first, until, most)
    this.feed.refuseExpired(this.positions, this.selection)
    const open = (this.open ??= await this.begin(until))
    if (open === undefined) return []
    const events = await this.send(open)
    if (open.at < open.entries.length) return events
    this.positions = open.positions
    this.sentUntil = open.sentUntil
    this.open = undefined
    this.hasEndedWindow = this.hasSent
    this.hasSent = false
    return events
  }

  private async stepSnapshot(
    replay: Replay,
    until: Positions,
    most: number | undefined,
  ): Promise<readonly PlacedEvent[]> {
    const events = await replay.step(until, most)
    this.work = replay.work
    if (replay.snapshot === undefined) this.first = undefined
    return events
  }

  private async begin(until: Positions): Promise<OpenWindow | undefined> {
    const window = this.next(until)
    if (window === undefined) {
      this.positions = furthest(this.positions, until)
      return undefined
    }
    if (!this.isClosed(window)) return undefined
    const { history } = this.feed.hub
    const { largest = LARGEST } = this.options
    const stretch = { from: this.positions, until }
    const plan = await planWindow(history, stretch, window, largest)
    // So that the same facts are late when it is sent again.
    this.sentUntil = window.start
    return { ...plan, at: 0 }
  }

  private async send(open: OpenWindow): Promise<readonly PlacedEvent[]> {
    const { store, changes } = this.feed.hub.history
    this.feed.refuseExpired(this.positions, this.selection)
    const entries = open.entries.slice(open.at, open.at + STEP)
    const rows = entries.map(({ partition, offset }) => store.row(partition, offset))
    const there = rows.filter((row) => row !== undefined)
    if (there.length < rows.length) {
      throw new Problem(
        'feed-starting',
        'The feed was rebuilt during the request. Try again in a moment.',
      )
    }
    const events: PlacedEvent[] = []
    const found = await changes.changesOf(there)
    const turn = new Turn()
    for (const [index, change] of found.entries()) {
      if (index > 0 && turn.isOver) {
        open.at += index
        this.hasSent ||= events.length > 0
        return events
      }
      this.work += 1
      const event = askedOf(events, () => {
        this.counted.add(change.next, change.previous)
        return feedEvent(change, this.selection)
      })
      if (event === REFUSED) {
        open.at += index
        this.hasSent = true
        return events
      }
      if (event === undefined) continue
      const stats = this.counted.take()
      const details = { stats, isLate: entries[index]?.isLate ?? false }
      const written = this.feed.written(this.selection, event, this.position, details)
      events.push({ ...written, stats, time: event.time })
    }
    open.at += entries.length
    this.hasSent ||= events.length > 0
    return events
  }

  private next(until: Positions): Window | undefined {
    const { positions: from, sentUntil } = this
    const { store } = this.feed.hub.history
    return nextWindow(store, { from, until, sentUntil }, this.options.windowMs)
  }

  /** Whether the clock is past its end plus the lag, and everything committed until then was read. */
  private isClosed({ end }: Window): boolean {
    const { lagMs, clock = Date.now } = this.options
    const closes = Number(end / 1000n) + lagMs
    return clock() >= closes && this.feed.hub.isCompleteUntil(closes)
  }
}
