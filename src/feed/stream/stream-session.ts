import { FactsError } from '../../errors'
import type { StreamWriter } from './stream-writer'
import type { StatusName } from '../event/event-text'
import { errorText, heartbeatBlock, ownName, sseBlock } from '../event/event-text'
import type { ReaderPosition } from '../cursor/reader-position'
import type { ClassMember, FeedClass } from '../live/feed-class'
import type { Positions } from '../cursor/position'
import { notBeyond, reached } from '../cursor/position'
import type { Reading } from '../replay/reading'
import type { ReadingOptions } from '../replay/open-reading'
import { limitOf, reading } from '../replay/open-reading'
import type { PlacedEvent } from '../replay/reading'
import { statusBlock } from '../event/status-block'

/** The part of a connection that a session uses. */
export type StreamOutput = Pick<
  StreamWriter,
  'write' | 'isClosed' | 'isFull' | 'drained' | 'stalledFor' | 'end' | 'destroy'
>

export interface StreamSessionOptions extends ReadingOptions {
  readonly output: StreamOutput
  /** Ends when it reaches these positions; in windows, with the window that does. */
  readonly until: Positions | undefined
  /** Whether heartbeats are events, which advance the cursor of every reader. */
  readonly tellsStatus: boolean
  /** Milliseconds. */
  readonly heartbeatMs: number
  readonly stallMs: number
}

const RETRY_MS = 500
/** Statuses that an outbox omits with `status=false`. `end` is always sent, because some readers would reconnect without it. */
const QUIET: ReadonlySet<StatusName> = new Set(['live', 'snapshot-end'])
/** Milliseconds between checks of a stream with a lag. */
const LAG_LOOK_MS = 100

/**
 * One stream. It replays from the store until its positions equal the hub's, and joins its class in the same turn of the
 * event loop, so that no event is missed or duplicated. When its connection is slow it leaves the class after the events that
 * exceeded the buffer, and replays from there.
 */
export class StreamSession implements ClassMember {
  private readonly replay: Reading
  private wake: () => void = () => undefined
  /** Its class while it is at the head. */
  private member: FeedClass | undefined
  /** The reader's position: after the last event that was sent, not the last that was read. */
  private sent: ReaderPosition
  /** Commit time of the last event that was replayed. */
  private lastTime: string | undefined
  private spentMs = 0
  private wasLive = false
  /** The error that ends the stream. */
  private failure: { readonly error: unknown } | undefined
  private closing: 'no' | 'asked' | 'done' = 'no'
  private lastSent = Date.now()
  private readonly onLost = (): void => this.status('upstream-lost')
  private readonly onRestored = (): void => this.status('upstream-restored')
  private readonly onBroken = (): void => this.break()

  constructor(private readonly options: StreamSessionOptions) {
    const { feed, position } = options
    this.replay = reading(options)
    this.sent = position
    feed.hub.on('lost', this.onLost).on('restored', this.onRestored).on('broken', this.onBroken)
  }

  /** Resolves when either side has ended the stream. Throws Problem when the filter is too costly. */
  async run(): Promise<void> {
    const { output, feed, until } = this.options
    try {
      if (!feed.hub.isFollowing) this.status('upstream-lost')
      while (!this.isEnded()) {
        await this.catchUp(until)
        if (this.isEnded()) break
        if (until !== undefined) {
          this.finish('end')
          return
        }
        // The hub may have advanced since the last check: other work runs before an await returns.
        if (this.standsAtHead && !this.isThere(until)) continue
        if (!this.wasLive) this.status('live')
        this.wasLive = true
        await (this.standsAtHead ? this.follow() : this.pause())
        if (this.failure !== undefined) throw this.failure.error
        await output.drained()
      }
      if (this.closing === 'asked') this.finish('closing')
    } finally {
      this.closing = 'done'
      feed.hub
        .off('lost', this.onLost)
        .off('restored', this.onRestored)
        .off('broken', this.onBroken)
    }
  }

  deliver(blocks: Buffer, positions: Positions): void {
    this.send(blocks)
    if (!this.options.output.isFull) return
    const { feed } = this.options
    feed.hub.options.metrics.pauses.inc({ feed: feed.name })
    this.leave(positions)
    this.wake()
  }

  stepBack(positions: Positions): void {
    this.leave(positions)
    this.wake()
  }

  fail(error: unknown): void {
    this.failure = { error }
    this.leave(this.options.feed.hub.positions)
    this.wake()
  }

  /** Called about once a second: sends heartbeats and detects stalls. */
  tick(now: number): void {
    const { output, feed, stallMs, heartbeatMs, tellsStatus } = this.options
    if (this.closing === 'done') return
    if (output.stalledFor(now) >= stallMs) {
      feed.hub.options.metrics.stalls.inc({ feed: feed.name })
      output.destroy()
      return
    }
    if (now - this.lastSent < heartbeatMs || output.isFull) return
    const shared = this.member?.heartbeat(tellsStatus ? 'event' : 'cursor')
    if (shared !== undefined) this.send(shared)
    else if (tellsStatus) this.status('heartbeat')
    else this.send(heartbeatBlock(this.cursor))
  }

  /** Ends the stream at its cursor. */
  close(): void {
    if (this.closing !== 'no') return
    this.closing = 'asked'
    this.leave(this.options.feed.hub.positions)
    this.wake()
  }

  /** The connection was closed. */
  gone(): void {
    this.leave(this.options.feed.hub.positions)
    this.wake()
  }

  private get cursor(): string {
    const { feed, selection } = this.options
    return feed.cursor(selection, this.member === undefined ? this.sent : feed.hub)
  }

  private async catchUp(until: Positions | undefined): Promise<void> {
    const { feed, output } = this.options
    const { replay } = this
    while (!this.isEnded() && !this.isThere(until)) {
      const limit = this.limit(until)
      if (until !== undefined && replay.isThere(limit)) {
        // Its last fact is still held back by the lag.
        await this.pause()
        continue
      }
      const inSnapshot = replay.position.snapshot !== undefined
      const events = await this.step(limit)
      const blocks = events.map(({ id, name, text }) => sseBlock(name, id, text))
      if (blocks.length > 0) this.send(Buffer.concat(blocks))
      this.sent = replay.position
      this.lastTime = events.at(-1)?.time ?? this.lastTime
      feed.hub.options.metrics.events.inc({ feed: feed.name, way: 'stream' }, events.length)
      if (inSnapshot && this.sent.snapshot === undefined) this.status('snapshot-end')
      if (replay.hasEndedWindow) this.endWindow()
      if (output.isFull) await output.drained()
      else await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private isThere(until: Positions | undefined): boolean {
    const { replay } = this
    if (until === undefined) return replay.isThere(this.limit(until))
    const { positions, snapshot } = replay.position
    return snapshot === undefined && replay.isBetween && reached(positions, until)
  }

  /** The furthest positions that it may reach. Windows are sent completely, also the last one. */
  private limit(until: Positions | undefined): Positions {
    const limit = limitOf(this.options, this.replay.positions)
    const isBound = until !== undefined && this.options.windowMs === undefined
    return isBound ? notBeyond(limit, until) : limit
  }

  private get standsAtHead(): boolean {
    return this.options.lagMs === 0 && this.options.windowMs === undefined
  }

  /** The next event belongs to the next window. */
  private endWindow(): void {
    if (this.options.tellsStatus) this.status('window-end')
    else this.send(heartbeatBlock(this.cursor))
  }

  /** A stream with a lag or windows polls instead of joining the head. */
  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAG_LOOK_MS)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Waits during an outage of the registry. */
  private async step(until: Positions): Promise<readonly PlacedEvent[]> {
    for (;;) {
      const began = performance.now()
      try {
        const events = await this.replay.step(until)
        this.spentMs += performance.now() - began
        return events
      } catch (error) {
        const passes = error instanceof FactsError && error.remedy === 'retry'
        if (!passes || this.isEnded()) throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  /** Stays at the head until it leaves. No turn of the event loop may pass between the last check of the positions and here. */
  private follow(): Promise<void> {
    const { feed, selection } = this.options
    this.member = feed.classOf(selection)
    this.member.join(this)
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  private leave(positions: Positions): void {
    if (this.member === undefined) return
    this.lastTime = this.member.lastTime ?? this.lastTime
    this.member.leave(this)
    this.member = undefined
    this.replay.positions = [...positions]
    this.sent = { positions: this.replay.positions }
  }

  private status(status: StatusName): void {
    if (this.closing === 'done') return
    const { cursor, member } = this
    const { feed, selection, tellsStatus } = this.options
    if (selection.format === 'events' && !tellsStatus && QUIET.has(status)) {
      this.send(heartbeatBlock(cursor))
      return
    }
    const { positions } = member === undefined ? this.sent : feed.hub
    const time = feed.latestTime(selection, positions) ?? member?.lastTime ?? this.lastTime
    const { stats } = member ?? this.replay
    const ms = selection.granted === undefined ? this.spentMs : undefined
    this.send(statusBlock(status, selection.format, { cursor, time, stats, ms }))
    this.spentMs = 0
  }

  private finish(status: StatusName): void {
    this.status(status)
    this.closing = 'done'
    this.options.output.end()
  }

  private break(): void {
    const detail =
      'The history was rebuilt. Resume from the last cursor; if it is rejected, begin again.'
    const name = ownName(this.options.selection.format, 'error')
    this.send(sseBlock(name, undefined, errorText({ type: 'urn:facts:history-broken', detail })))
    this.member?.leave(this)
    this.member = undefined
    this.closing = 'done'
    this.options.output.end()
    this.wake()
  }

  private isEnded(): boolean {
    return this.closing !== 'no' || this.options.output.isClosed
  }

  private send(blocks: Buffer): void {
    this.lastSent = Date.now()
    this.options.output.write(blocks)
  }
}
