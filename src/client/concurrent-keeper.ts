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

/** Events that are read ahead of the oldest one that is not handled: what may come again after a kill. */
const AHEAD = 1_000
/** Bytes of those that are not handled. */
const AHEAD_BYTES = 16 * 1024 * 1024
/** An event that failed that often waits longer and longer by itself: others succeed meanwhile. */
const STUBBORN = 3

/**
 * Has events of different subjects handled at the same time, those of one subject in their order. The position stays before the
 * oldest event that is not handled, and is written while others are in hand: a kill makes some events come again, never loses one.
 */
export class ConcurrentKeeper extends PositionKeeper<undefined> {
  private readonly destination: Destination
  /** Of what was read, the oldest first; without those that are handled and have nothing before them. */
  private readonly entries: Entry[] = []
  private readonly lanes = new Map<string, Promise<void>>()
  private bytes = 0
  private behind: string | undefined
  private writing: Promise<void> | undefined
  private wake: () => void = () => undefined

  constructor(options: FollowOptions, clock: Clock) {
    super(options, clock)
    const { concurrency = 1 } = options
    this.destination = new Destination({ concurrency, clock, signal: this.signal })
  }

  override standAt(cursor: string): void {
    super.standAt(cursor)
    this.behind = cursor
  }

  override async begin(cursor: string): Promise<void> {
    // What an earlier connection brought is not handled yet, and has nothing to do with this place.
    await this.idle()
    this.behind = cursor
    await super.begin(cursor)
  }

  override moved(cursor: string): Promise<void> {
    this.cursor = cursor
    const last = this.entries.at(-1)
    if (last === undefined) {
      this.behind = cursor
      if (this.isDue()) this.write()
    } else if (last.isDone) last.cursor = cursor
    else this.entries.push({ cursor, isDone: true })
    return Promise.resolve()
  }

  /** Resolves when it is in hand: the next one may be read. */
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
    return this.behind
  }

  protected override async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all(this.lanes.values())
    while (this.writing !== undefined) await this.writing
  }

  private hasRoom(): boolean {
    return this.entries.length < AHEAD && this.bytes < AHEAD_BYTES
  }

  /** Until it succeeds or it was asked to stop. Throws HANDLER_FAILED. */
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
    this.behind = last.cursor
    this.write()
  }

  /** One after the other; what was reached meanwhile is in the next one. */
  private write(): void {
    this.writing ??= this.writeOn()
      .catch((error: unknown) => this.halt(error))
      .finally(() => {
        this.writing = undefined
        // Reached in the moment after the last look.
        if (this.behind !== this.kept && !this.signal.aborted) this.write()
      })
  }

  private async writeOn(): Promise<void> {
    let outcome: Outcome = 'kept'
    while (outcome === 'kept' && this.behind !== this.kept) {
      const { behind } = this
      if (behind === undefined) return
      outcome = await this.patiently(() => this.keep(behind))
    }
  }
}
