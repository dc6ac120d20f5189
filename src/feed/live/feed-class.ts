import type { Change } from '../event/change'
import type { ReadStats } from '../event/event-text'
import { heartbeatBlock, sseBlock } from '../event/event-text'
import type { Feed } from './feed'
import { feedEvent } from '../event/feed-event'
import type { HeadReader } from './head-readers'
import type { Positions } from '../cursor/position'
import type { Equality } from '../filter/equality'
import { ReadCount } from '../event/read-count'
import type { Selection } from '../select/selection'
import { statusBlock } from '../event/status-block'

/** A stream that stands at the head. */
export interface ClassMember {
  /** Blocks that follow each other, as one. `positions` are those of the hub in the middle of its work: copied if kept. */
  deliver(blocks: Buffer, positions: Positions): void
  /** It stands at the positions, and reads on from there by itself. */
  stepBack(positions: Positions): void
  /** The change behind what was delivered last cannot be told; it leaves. */
  fail(error: unknown): void
}

/** Of one place. */
interface Heartbeats {
  readonly positions: Positions
  event?: Buffer
  cursor?: Buffer
}

/** A reader who has no room for more has been given so much too much, at most, and an event. */
const TOGETHER_BYTES = 64 * 1024

/**
 * The streams at the head that chose the same: each event is made once, cursor and all, and its bytes are shared. Events that
 * the hub tells in one go are delivered together, because what a delivery costs is the write.
 */
export class FeedClass implements HeadReader {
  private readonly members = new Set<ClassMember>()
  private waiting: Buffer[] = []
  private waitingBytes = 0
  private readonly counted: ReadCount
  private heartbeats: Heartbeats | undefined
  /** Of the last event, RFC 3339; undefined before the first one. */
  lastTime: string | undefined

  constructor(
    private readonly feed: Feed,
    private readonly selection: Selection,
    private readonly onEmpty: () => void,
  ) {
    this.counted = new ReadCount(selection)
  }

  /** What was read since the last event. */
  get stats(): ReadStats {
    return this.counted.stats
  }

  get cover(): Equality | undefined {
    return this.selection.cover
  }

  /** The member stands exactly where the hub does. */
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

  /** What goes wrong with one filter ends the streams that have it, and no other. */
  take(change: Change, positions: Positions): void {
    try {
      this.tell(change, positions)
    } catch (error) {
      // A delivery may be too much for some: these must not go on behind the change.
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

  private tell(change: Change, positions: Positions): void {
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

  /** The same for all members until the hub moves: as a status event, or its cursor alone. */
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
