import type { Feed } from '../live/feed'
import type { ReaderPosition } from '../cursor/reader-position'
import type { ReadStats } from '../event/event-text'
import { FeedEvent, feedEvent, isMember } from '../event/feed-event'
import type { Image } from '../image/image'
import type { ReadLimits } from '../history/read-limits'
import type { Position, Positions } from '../cursor/position'
import { samePositions } from '../cursor/position'
import { Problem } from '../problem'
import { ReadCount } from '../event/read-count'
import type { PlacedEvent, Reading } from './reading'
import type { Selection } from '../select/selection'
import { Turn } from '../live/turn'

/** Keys of one step: few enough that other work gets a turn. */
const SNAPSHOT_KEYS = 200
/** Facts of one step: few, so that decoded objects are collected while they are young. */
const STEP: ReadLimits = { facts: 100, bytes: 2 * 1024 * 1024 }

/** The filter cannot be evaluated on the next fact. */
export const REFUSED = Symbol('refused')

/** Events before an error are sent first: the next step begins at the failing fact, and throws. */
export function askedOf<T>(events: readonly PlacedEvent[], look: () => T): T | typeof REFUSED {
  try {
    return look()
  } catch (error) {
    if (events.length > 0 && error instanceof Problem) return REFUSED
    throw error
  }
}

/** Reads the store from a position, in bounded steps. */
export class Replay implements Reading {
  positions: Positions
  snapshot: ReaderPosition['snapshot']
  /** Number of facts read in total. */
  work = 0
  readonly isBetween = true
  readonly hasEndedWindow = false

  constructor(
    private readonly feed: Feed,
    private readonly selection: Selection,
    position: ReaderPosition,
    private readonly counted = new ReadCount(selection),
  ) {
    this.positions = position.positions
    this.snapshot = position.snapshot
  }

  get stats(): ReadStats {
    return this.counted.stats
  }

  get position(): ReaderPosition {
    return { positions: this.positions, snapshot: this.snapshot }
  }

  get cursor(): string {
    return this.feed.cursor(this.selection, this)
  }

  isThere(until: Positions): boolean {
    return this.snapshot === undefined && samePositions(this.positions, until)
  }

  /**
   * The events of the next step towards `until`, at most `most`; advances the position past them. Throws Problem
   * `cursor-expired` when the next facts are no longer retained.
   */
  step(until: Positions, most = Number.POSITIVE_INFINITY): Promise<readonly PlacedEvent[]> {
    return this.snapshot === undefined ? this.stepOn(until, most) : this.stepSnapshot(most)
  }

  private async stepOn(until: Positions, most: number): Promise<readonly PlacedEvent[]> {
    this.feed.refuseExpired(this.positions, this.selection)
    const { subjects } = this.selection
    const read = await this.feed.hub.history.changes.read(this.positions, until, STEP, subjects)
    const events: PlacedEvent[] = []
    const positions: Position[] = [...this.positions]
    this.positions = positions
    const turn = new Turn()
    for (const [index, change] of read.changes.entries()) {
      if (events.length === most || (index > 0 && turn.isOver)) return events
      const event = askedOf(events, () => {
        this.count(change.next, change.previous)
        return feedEvent(change, this.selection)
      })
      if (event === REFUSED) return events
      positions[change.partition] = change.position
      if (event !== undefined) events.push(this.placed(event, false))
    }
    this.positions = read.positions
    return events
  }

  /** Sends keys in their order; each with its last fact before the snapshot's positions. */
  private async stepSnapshot(most: number): Promise<readonly PlacedEvent[]> {
    const { partition, key } = this.snapshot ?? { partition: 0, key: undefined }
    const { next } = this.positions[partition] ?? { next: 0n }
    const keys = await this.subjectsAfter(partition, key)
    const { changes } = this.feed.hub.history
    const images: (Image | undefined)[] = []
    for (const subject of keys) {
      const isOurs = this.selection.inShard(subject)
      images.push(isOurs ? await changes.imageBefore(partition, subject, next) : undefined)
    }
    this.feed.refuseExpired(this.positions, this.selection)
    const events: PlacedEvent[] = []
    const turn = new Turn()
    for (const [index, image] of images.entries()) {
      if (events.length === most || (index > 0 && turn.isOver)) return events
      const isOne = askedOf(events, () => {
        this.count(image)
        return image !== undefined && isMember(image, this.selection)
      })
      if (isOne === REFUSED) return events
      this.snapshot = { partition, key: keys[index] }
      if (image === undefined || !isOne) continue
      events.push(this.placed(new FeedEvent('add', image, this.selection.project), true))
    }
    if (keys.length === SNAPSHOT_KEYS) return events
    const isLast = partition + 1 >= this.positions.length
    this.snapshot = isLast ? undefined : { partition: partition + 1, key: undefined }
    return events
  }

  /** Candidate subjects after the key, which include those of the set. */
  private async subjectsAfter(
    partition: number,
    key: Buffer | undefined,
  ): Promise<readonly Buffer[]> {
    const { hub } = this.feed
    const { cover, subjects } = this.selection
    if (subjects !== undefined) {
      const { store } = hub.history
      return subjects
        .filter((subject) => key === undefined || subject.compare(key) > 0)
        .filter((subject) => store.latestOf(partition, subject) !== undefined)
        .slice(0, SNAPSHOT_KEYS)
    }
    await (cover && hub.history.index?.advance())
    const { index, store } = hub.history
    if (cover !== undefined && index !== undefined)
      return index.subjectsAfter(cover, partition, key, SNAPSHOT_KEYS)
    return store.keysAfter(partition, key, SNAPSHOT_KEYS).map((entry) => entry.key)
  }

  private count(image: Image | undefined, previous?: Image): void {
    this.work += 1
    this.counted.add(image, previous)
  }

  private placed(event: FeedEvent, isSnapshot: boolean): PlacedEvent {
    const stats = this.counted.take()
    const written = this.feed.written(this.selection, event, this, { stats, isSnapshot })
    return { ...written, stats, time: event.time }
  }
}
