import type { Change } from '../event/change'
import type { EventDetails, ReadStats, WrittenEvent } from '../event/event-text'
import { heartbeatBlock, sseBlock } from '../event/event-text'
import type { FeedEvent } from '../event/feed-event'
import { feedEvent } from '../event/feed-event'
import type { HeadReader } from './head-readers'
import type { Hub } from './hub'
import type { Positions } from '../cursor/position'
import type { ReaderPosition } from '../cursor/reader-position'
import type { Equality } from '../filter/equality'
import { ReadCount } from '../event/read-count'
import type { Selection } from '../select/selection'
import { statusBlock } from '../event/status-block'

/** A stream at the head. */
export interface ClassMember {
  /** Consecutive blocks, joined. `positions` are the hub's own, still changing: copy them to keep them. */
  deliver(blocks: Buffer, positions: Positions): void
  /** Leaves the head at the positions, and continues from there by itself. */
  stepBack(positions: Positions): void
  /** The change after the last delivery cannot be sent; the stream leaves the head. */
  fail(error: unknown): void
}

/** What a class needs of its feed. */
export interface WritingFeed {
  readonly name: string
  readonly hub: Hub
  cursor(selection: Selection, position: ReaderPosition): string
  /** The event as a stream sends it; `position` is the position after it. */
  written(
    selection: Selection,
    event: FeedEvent,
    position: ReaderPosition,
    rest: Omit<EventDetails, 'cursor'>,
  ): WrittenEvent
  /** The latest commit time before the positions, RFC 3339; undefined when it is unknown or must not be shown. */
  latestTime(selection: Selection, positions: Positions): string | undefined
}

/** Cached heartbeats of one position. */
interface Heartbeats {
  readonly positions: Positions
  event?: Buffer
  cursor?: Buffer
}

/** The most bytes, besides one event, that a delivery can exceed the buffer of a slow reader. */
const TOGETHER_BYTES = 64 * 1024

/**
 * The streams at the head with the same selection: each event is encoded once, cursor included, and its bytes are shared.
 * Events that the hub publishes together are delivered together, because the write is what a delivery costs.
 */
export class FeedClass implements HeadReader {
  private readonly members = new Set<ClassMember>()
  private waiting: Buffer[] = []
  private waitingBytes = 0
  private readonly counted: ReadCount
  private heartbeats: Heartbeats | undefined
  /** Commit time of the last event, RFC 3339; undefined before the first one. */
  lastTime: string | undefined

  constructor(
    private readonly feed: WritingFeed,
    private readonly selection: Selection,
    private readonly onEmpty: () => void,
  ) {
    this.counted = new ReadCount(selection)
  }

  /** Statistics of the reading since the last event. */
  get stats(): ReadStats {
    return this.counted.stats
  }

  get cover(): Equality | undefined {
    return this.selection.cover
  }

  /** Adds a member whose position equals the hub's. */
  join(member: ClassMember): void {
    if (this.members.size === 0) {
      this.counted.clear()
      this.feed.hub.join(this)
    }
    this.members.add(member)
  }

  leave(member: ClassMember): void {
    if (!this.members.delete(member) || this.members.size > 0) return
    this.feed.hub.leave(this)
    this.onEmpty()
  }

  /** An error of a filter ends the streams with that filter, and no others. */
  take(change: Change, positions: Positions): void {
    try {
      this.publish(change, positions)
    } catch (error) {
      // A delivery may make some members slow: those must not continue after the change.
      const failing = [...this.members]
      this.flush(positions)
      for (const member of failing) member.fail(error)
    }
  }

  stepBack(positions: Positions): void {
    const members = [...this.members]
    this.flush(positions)
    for (const member of members) member.stepBack(positions)
  }

  private publish(change: Change, positions: Positions): void {
    this.counted.add(change.next, change.previous)
    const event = feedEvent(change, this.selection)
    if (event === undefined) return
    const stats = this.counted.take()
    this.lastTime = event.time ?? this.lastTime
    const { id, name, text } = this.feed.written(this.selection, event, { positions }, { stats })
    const block = sseBlock(name, id, text)
    const { metrics } = this.feed.hub.options
    const labels = { feed: this.feed.name, way: 'stream' }
    metrics.events.inc(labels, this.members.size)
    metrics.bytes.inc(labels, this.members.size * block.length)
    this.waiting.push(block)
    this.waitingBytes += block.length
    if (this.waitingBytes >= TOGETHER_BYTES) this.flush(positions)
  }

  flush(positions: Positions): void {
    const { waiting } = this
    const [first, ...others] = waiting
    if (first === undefined) return
    this.waiting = []
    this.waitingBytes = 0
    const blocks = others.length === 0 ? first : Buffer.concat(waiting)
    for (const member of this.members) member.deliver(blocks, positions)
  }

  /** A heartbeat, the same for all members until the hub moves: as a status event, or its cursor alone. */
  heartbeat(form: 'event' | 'cursor'): Buffer {
    const { feed, selection, stats } = this
    const { positions } = feed.hub
    if (this.heartbeats?.positions !== positions) this.heartbeats = { positions }
    const cursor = (): string => feed.cursor(selection, { positions })
    return (this.heartbeats[form] ??=
      form === 'cursor'
        ? heartbeatBlock(cursor())
        : statusBlock('heartbeat', selection.format, {
            cursor: cursor(),
            time: feed.latestTime(selection, positions) ?? this.lastTime,
            stats,
            ms: selection.granted === undefined ? 0 : undefined,
          }))
  }
}
