import type { ReadStats } from '../event/event-text'
import type { Feed, Place } from '../live/feed'
import { feedEvent } from '../event/feed-event'
import type { ReadLimits } from '../history/history'
import { furthest } from '../history/merged'
import type { Positions } from '../cursor/position'
import { samePositions } from '../cursor/position'
import { Problem } from '../problem'
import { ReadCount } from '../event/read-count'
import type { Reading } from './reading'
import type { PlacedEvent } from './replay'
import { REFUSED, Replay, askedOf } from './replay'
import type { Selection } from '../select/selection'
import { Turn } from '../live/turn'
import type { Window, WindowPlan } from './window'
import { LARGEST, nextWindow, planWindow } from './window'

export interface WindowOptions {
  /** How long a window is. Milliseconds. */
  readonly windowMs: number
  /** How long facts of a window are waited for after its end. Milliseconds. */
  readonly lagMs: number
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** What one window may hold at most. */
  readonly largest?: ReadLimits
}

/** Events of one step: small enough that others get their turn. */
const STEP = 500

interface OpenWindow extends WindowPlan {
  /** How many of its entries are behind the reader. */
  at: number
}

/**
 * Reads the store in the order of the source's commits, one window of commit time after the other. Its place is where the
 * window under way began, until all of it was told: what is cut within a window comes again, and nothing is skipped.
 */
export class WindowReplay implements Reading {
  positions: Positions
  work = 0
  hasEndedWindow = false
  private told: bigint | undefined
  private open: OpenWindow | undefined
  private hasTold = false
  private readonly counted: ReadCount
  /** While there is a snapshot to be told before. */
  private first: Replay | undefined

  constructor(
    private readonly feed: Feed,
    private readonly selection: Selection,
    place: Place,
    private readonly options: WindowOptions,
  ) {
    this.positions = place.positions
    this.told = place.told
    this.counted = new ReadCount(selection)
    if (place.snapshot !== undefined) {
      this.first = new Replay(feed, selection, place, this.counted)
    }
  }

  get stats(): ReadStats {
    return this.counted.stats
  }

  get place(): Place {
    return this.first?.place ?? { positions: this.positions, told: this.told }
  }

  get cursor(): string {
    return this.feed.cursor(this.selection, this.place)
  }

  get isBetween(): boolean {
    return this.open === undefined
  }

  isThere(until: Positions): boolean {
    if (this.first !== undefined || this.open !== undefined) return false
    if (samePositions(this.positions, until)) return true
    const window = this.next(until)
    // Behind records that are no facts there is nothing to wait for.
    return window !== undefined && !this.isClosed(window)
  }

  async step(until: Positions, most?: number): Promise<readonly PlacedEvent[]> {
    this.hasEndedWindow = false
    if (this.first !== undefined) return this.stepSnapshot(this.first, until, most)
    this.feed.refuseExpired(this.positions, this.selection)
    const open = (this.open ??= await this.begin(until))
    if (open === undefined) return []
    const events = await this.tell(open)
    if (open.at < open.entries.length) return events
    this.positions = open.positions
    this.told = open.told
    this.open = undefined
    this.hasEndedWindow = this.hasTold
    this.hasTold = false
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
    // So that it has the same facts late when it is told again.
    this.told = window.start
    return { ...plan, at: 0 }
  }

  private async tell(open: OpenWindow): Promise<readonly PlacedEvent[]> {
    const { store, changes } = this.feed.hub.history
    this.feed.refuseExpired(this.positions, this.selection)
    const entries = open.entries.slice(open.at, open.at + STEP)
    const rows = entries.map(({ partition, offset }) => store.row(partition, offset))
    const there = rows.filter((row) => row !== undefined)
    if (there.length < rows.length) {
      throw new Problem(
        'feed-starting',
        'The feed was built anew meanwhile. Try again in a moment.',
      )
    }
    const events: PlacedEvent[] = []
    const told = await changes.changesOf(there)
    const turn = new Turn()
    for (const [index, change] of told.entries()) {
      if (index > 0 && turn.isOver) {
        open.at += index
        this.hasTold ||= events.length > 0
        return events
      }
      this.work += 1
      const event = askedOf(events, () => {
        this.counted.add(change.next, change.previous)
        return feedEvent(change, this.selection)
      })
      if (event === REFUSED) {
        open.at += index
        this.hasTold = true
        return events
      }
      if (event === undefined) continue
      const stats = this.counted.take()
      const place = { stats, isLate: entries[index]?.isLate ?? false }
      const written = this.feed.written(this.selection, event, this.place, place)
      events.push({ ...written, stats, time: event.time })
    }
    open.at += entries.length
    this.hasTold ||= events.length > 0
    return events
  }

  private next(until: Positions): Window | undefined {
    const { positions: from, told } = this
    const { store } = this.feed.hub.history
    return nextWindow(store, { from, until, told }, this.options.windowMs)
  }

  /** The clock is behind its end and the lag, and so is what was read of the log. */
  private isClosed({ end }: Window): boolean {
    const { lagMs, clock = Date.now } = this.options
    const closes = Number(end / 1000n) + lagMs
    return clock() >= closes && this.feed.hub.isCompleteUntil(closes)
  }
}
