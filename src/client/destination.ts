import { Backoff } from './backoff'
import type { Clock } from './clock'
import { askedMs } from './retry-later'

export interface DestinationOptions {
  /** Events handled concurrently. */
  readonly concurrency: number
  readonly clock: Clock
  /** Aborts the waits. */
  readonly signal: AbortSignal
}

export type Attempt =
  | { readonly kind: 'done' }
  /** Not attempted: the follower was stopped. */
  | { readonly kind: 'stopped' }
  /** Failed; no attempt is made for `waitMs`. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly waitMs: number }

/** Backoff of handlers. */
export const HANDLER_WAITS = { firstMs: 100, mostMs: 30_000 }

/**
 * The target of events. After any failure it backs off for all events: exponentially, at least for `Retry-After`, until one
 * succeeds.
 */
export class Destination {
  private readonly waits: Backoff
  private active = 0
  private readonly waiting: (() => void)[] = []
  private closed: Promise<void> | undefined
  private waitMs = 0

  constructor(private readonly options: DestinationOptions) {
    this.waits = new Backoff({ ...HANDLER_WAITS, random: options.clock.random })
  }

  /** Runs the work when concurrency and backoff allow. Never throws. */
  async attempt(work: () => Promise<void>): Promise<Attempt> {
    while (this.closed !== undefined || this.active >= this.options.concurrency) {
      await (this.closed ?? new Promise<void>((resolve) => this.waiting.push(resolve)))
    }
    this.active += 1
    try {
      if (this.options.signal.aborted) return { kind: 'stopped' }
      await work()
      this.waits.reset()
      return { kind: 'done' }
    } catch (error) {
      this.leaveAlone(askedMs(error))
      return { kind: 'failed', error, waitMs: this.waitMs }
    } finally {
      this.active -= 1
      this.waiting.shift()?.()
    }
  }

  /** A single backoff for concurrent failures, extended by a longer `Retry-After`. */
  private leaveAlone(atLeastMs: number): void {
    if (this.closed !== undefined && atLeastMs <= this.waitMs) return
    const { clock, signal } = this.options
    this.waitMs = this.waits.next(atLeastMs)
    const until = Promise.all([this.closed, clock.sleep(this.waitMs, signal)]).then(() => {
      if (this.closed === until) this.closed = undefined
    })
    this.closed = until
  }
}
