import { FactsError } from '../errors'
import type { EventSink } from './event-sink'
import type { StatusName } from './event-text'
import { errorText, heartbeatBlock, ownName, sseBlock, statusText } from './event-text'
import type { Place } from './feed'
import type { ClassMember, FeedClass } from './feed-class'
import type { Positions } from './position'
import { reached } from './position'
import type { Reading, ReadingOptions } from './reading'
import { limitOf, reading } from './reading'
import type { PlacedEvent } from './replay'

/** What a session needs of a connection. */
export type Sink = Pick<
  EventSink,
  'write' | 'isClosed' | 'isFull' | 'drained' | 'stalledFor' | 'end' | 'destroy'
>

export interface StreamSessionOptions extends ReadingOptions {
  readonly sink: Sink
  /** Ends behind these positions. */
  readonly until: Positions | undefined
  /** Heartbeats as `status` events. */
  readonly tellsStatus: boolean
  /** Milliseconds. */
  readonly heartbeatMs: number
  readonly stallMs: number
}

const RETRY_MS = 500
/** What an outbox tells only to those who ask for it: its stream is of the application's events. */
const QUIET: ReadonlySet<StatusName> = new Set(['live', 'end', 'snapshot-end'])
/** How often a stream with a lag looks again. */
const LAG_LOOK_MS = 100

/**
 * One stream. It replays from the store until it stands exactly where the hub does, and becomes a member of its class in the
 * same turn, so that nothing can come between: no gap, no double. When its connection is slow it leaves the class
 * behind the events that were too much, and replays from there.
 */
export class StreamSession implements ClassMember {
  private readonly replay: Reading
  private wake: () => void = () => undefined
  /** While it stands at the head. */
  private member: FeedClass | undefined
  /** What the reader was told: behind the last event that was sent, not the last that was read. */
  private told: Place
  private wasLive = false
  /** Why no more can be told. */
  private failure: { readonly error: unknown } | undefined
  private closing: 'no' | 'asked' | 'done' = 'no'
  private lastSent = Date.now()
  private readonly onLost = (): void => this.status('upstream-lost')
  private readonly onRestored = (): void => this.status('upstream-restored')
  private readonly onBroken = (): void => this.break()

  constructor(private readonly options: StreamSessionOptions) {
    const { feed, place } = options
    this.replay = reading(options)
    this.told = place
    feed.hub.on('lost', this.onLost).on('restored', this.onRestored).on('broken', this.onBroken)
  }

  /** Resolves when the stream has ended, whoever ended it. Throws Problem when the filter costs too much. */
  async run(): Promise<void> {
    const { sink, feed, until } = this.options
    try {
      if (!feed.hub.isFollowing) this.status('upstream-lost')
      while (!this.isEnded()) {
        await this.catchUp(until)
        if (this.isEnded()) break
        if (until !== undefined) {
          this.finish('end')
          return
        }
        if (!this.wasLive) this.status('live')
        this.wasLive = true
        await (this.standsAtHead ? this.follow() : this.pause())
        if (this.failure !== undefined) throw this.failure.error
        await sink.drained()
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
    if (!this.options.sink.isFull) return
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

  /** Once a second or so: the heartbeat, and whether the reader takes anything. */
  tick(now: number): void {
    const { sink, feed, stallMs, heartbeatMs, tellsStatus } = this.options
    if (this.closing === 'done') return
    if (sink.stalledFor(now) >= stallMs) {
      feed.hub.options.metrics.stalls.inc({ feed: feed.name })
      sink.destroy()
      return
    }
    if (now - this.lastSent < heartbeatMs || sink.isFull) return
    if (tellsStatus) this.status('heartbeat')
    else this.send(this.member?.heartbeat() ?? heartbeatBlock(this.cursor))
  }

  /** Ends the stream at its cursor. */
  close(): void {
    if (this.closing !== 'no') return
    this.closing = 'asked'
    this.leave(this.options.feed.hub.positions)
    this.wake()
  }

  /** The connection is gone. */
  gone(): void {
    this.leave(this.options.feed.hub.positions)
    this.wake()
  }

  private get cursor(): string {
    const { feed, selection } = this.options
    return feed.cursor(selection, this.member === undefined ? this.told : feed.hub)
  }

  private async catchUp(until: Positions | undefined): Promise<void> {
    const { feed, sink } = this.options
    const { replay } = this
    while (!this.isEnded() && !this.isThere(until)) {
      const inSnapshot = replay.place.snapshot !== undefined
      const events = await this.step(until ?? this.head)
      const blocks = events.map(({ id, name, text }) => sseBlock(name, id, text))
      if (blocks.length > 0) this.send(Buffer.concat(blocks))
      this.told = replay.place
      feed.hub.options.metrics.events.inc({ feed: feed.name, way: 'stream' }, events.length)
      if (inSnapshot && this.told.snapshot === undefined) this.status('snapshot-end')
      if (replay.hasEndedWindow) this.endWindow()
      if (sink.isFull) await sink.drained()
      else await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private isThere(until: Positions | undefined): boolean {
    if (until === undefined) return this.replay.isThere(this.head)
    const { positions, snapshot } = this.replay.place
    return snapshot === undefined && reached(positions, until)
  }

  /** Where it may go at most. */
  private get head(): Positions {
    return limitOf(this.options, this.replay.positions)
  }

  private get standsAtHead(): boolean {
    return this.options.lagMs === 0 && this.options.windowMs === undefined
  }

  /** What comes now is of the next window. */
  private endWindow(): void {
    if (this.options.tellsStatus) this.status('window-end')
    else this.send(heartbeatBlock(this.cursor))
  }

  /** One that lags, or waits for a window, looks again after a while instead of standing at the head. */
  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAG_LOOK_MS)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** An outage of the registry is waited out. */
  private async step(until: Positions): Promise<readonly PlacedEvent[]> {
    for (;;) {
      try {
        return await this.replay.step(until)
      } catch (error) {
        const passes = error instanceof FactsError && error.remedy === 'retry'
        if (!passes || this.isEnded()) throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  /** Stands at the head until something ends that. No turn may pass between the last look at the positions and here. */
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
    this.member.leave(this)
    this.member = undefined
    this.replay.positions = [...positions]
    this.told = { positions: this.replay.positions }
  }

  private status(status: StatusName): void {
    if (this.closing === 'done') return
    const { cursor } = this
    const { selection, tellsStatus } = this.options
    if (selection.format === 'events' && !tellsStatus && QUIET.has(status)) {
      this.send(heartbeatBlock(cursor))
      return
    }
    const text = statusText(status, { cursor, read: this.replay.read })
    this.send(sseBlock(ownName(selection.format, 'status'), cursor, text))
  }

  private finish(status: StatusName): void {
    this.status(status)
    this.closing = 'done'
    this.options.sink.end()
  }

  private break(): void {
    const detail =
      'The history was built anew. Resume from the last cursor; when it cannot be honoured, begin anew.'
    const name = ownName(this.options.selection.format, 'error')
    this.send(sseBlock(name, undefined, errorText({ type: 'urn:facts:history-broken', detail })))
    this.member?.leave(this)
    this.member = undefined
    this.closing = 'done'
    this.options.sink.end()
    this.wake()
  }

  private isEnded(): boolean {
    return this.closing !== 'no' || this.options.sink.isClosed
  }

  private send(blocks: Buffer): void {
    this.lastSent = Date.now()
    this.options.sink.write(blocks)
  }
}
