import type { Clock } from './clock'
import { Backoff } from './backoff'
import { Destination, HANDLER_WAITS } from './destination'
import type { Arrival, FeedEvent } from './feed-event'
import { subjectOf } from './feed-event'
import type { FollowOptions } from './follow-options'
import type { Outcome } from './patience'
import { PositionKeeper } from './position-keeper'

interface Entry {
  cursor: string
  isDone: boolean
}

/** Events that are read ahead of the oldest unhandled one: these may be redelivered after a kill. */
const AHEAD = 1_000
/** Most bytes of unhandled events. */
const AHEAD_BYTES = 16 * 1024 * 1024
/** Failures after which an event backs off separately, while others succeed. */
const STUBBORN = 3

/**
 * Handles events of different subjects concurrently, those of one subject in their order. The position stays before the oldest
 * unhandled event, and is written while others are being handled: after a kill some events are redelivered, none is lost.
 */
export class ConcurrentKeeper extends PositionKeeper<undefined> {
  private readonly destination: Destination
  /** Events that were read, oldest first, from the oldest unhandled one. */
  private readonly entries: Entry[] = []
  private readonly lanes = new Map<string, Promise<void>>()
  private bytes = 0
  private handledTo: string | undefined
  private writing: Promise<void> | undefined
  private wake: () => void = () => undefined

  constructor(options: FollowOptions, clock: Clock) {
    super(options, clock)
    const { concurrency = 1 } = options
    this.destination = new Destination({ concurrency, clock, signal: this.signal })
  }

  override startAt(cursor: string): void {
    super.startAt(cursor)
    this.handledTo = cursor
  }

  override async begin(cursor: string): Promise<void> {
    // Events of an earlier connection are not handled yet, and do not belong to this position.
    await this.idle()
    this.handledTo = cursor
    await super.begin(cursor)
  }

  override moved(cursor: string): Promise<void> {
    this.cursor = cursor
    const last = this.entries.at(-1)
    if (last === undefined) {
      this.handledTo = cursor
      if (this.isDue()) this.write()
    } else if (last.isDone) last.cursor = cursor
    else this.entries.push({ cursor, isDone: true })
    return Promise.resolve()
  }

  /** Resolves when handling has started: the next event may be read. */
  override async handled({ event, bytes }: Arrival): Promise<Outcome> {
    while (!this.hasRoom() && !this.signal.aborted) {
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    if (this.signal.aborted) return 'stopped'
    this.cursor = event.cursor
    const entry = { cursor: event.cursor, isDone: false }
    this.entries.push(entry)
    this.bytes += bytes
    const subject = subjectOf(event)
    const before = this.lanes.get(subject) ?? Promise.resolve()
    const lane = before
      .then(() => this.handle(event, entry))
      .catch((error: unknown) => this.halt(error))
      .finally(() => {
        this.bytes -= bytes
        if (this.lanes.get(subject) === lane) this.lanes.delete(subject)
        this.wake()
      })
    this.lanes.set(subject, lane)
    return 'kept'
  }

  protected override get reached(): string | undefined {
    return this.handledTo
  }

  protected override async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all(this.lanes.values())
    while (this.writing !== undefined) await this.writing
  }

  private hasRoom(): boolean {
    return this.entries.length < AHEAD && this.bytes < AHEAD_BYTES
  }

  /** Handles an event until it succeeds or the follower is stopped. Throws HANDLER_FAILED. */
  private async handle(event: FeedEvent, entry: Entry): Promise<void> {
    const { clock, signal } = this
    const waits = new Backoff({ ...HANDLER_WAITS, random: clock.random })
    for (let failures = 1; !signal.aborted; failures += 1) {
      const attempt = await this.destination.attempt(async () =>
        this.options.handle(event, undefined),
      )
      if (attempt.kind === 'stopped') return
      if (attempt.kind === 'done') {
        this.done(entry)
        this.options.onState?.({ state: 'handled', event })
        return
      }
      const own = failures < STUBBORN ? 0 : waits.next()
      this.handlerFailed(event, attempt.error, failures, Math.max(own, attempt.waitMs))
      if (own > 0) await clock.sleep(own, signal)
    }
  }

  private done(entry: Entry): void {
    entry.isDone = true
    const next = this.entries.findIndex(({ isDone }) => !isDone)
    const handled = this.entries.splice(0, next === -1 ? this.entries.length : next)
    const last = handled.at(-1)
    if (last === undefined) return
    this.handledTo = last.cursor
    this.write()
  }

  /** Writes positions one at a time; a position reached during a write is in the next one. */
  private write(): void {
    this.writing ??= this.writeOn()
      .catch((error: unknown) => this.halt(error))
      .finally(() => {
        this.writing = undefined
        // Reached after the last check.
        if (this.handledTo !== this.kept && !this.signal.aborted) this.write()
      })
  }

  private async writeOn(): Promise<void> {
    let outcome: Outcome = 'kept'
    while (outcome === 'kept' && this.handledTo !== this.kept) {
      const { handledTo } = this
      if (handledTo === undefined) return
      outcome = await this.patiently(() => this.keep(handledTo))
    }
  }
}
