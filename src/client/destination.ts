import { Backoff } from './backoff'
import type { Clock } from './clock'
import { askedMs } from './retry-later'

export interface DestinationOptions {
  /** Events in hand at the same time. */
  readonly concurrency: number
  readonly clock: Clock
  /** Ends the waits. */
  readonly signal: AbortSignal
}

export type Attempt =
  | { readonly kind: 'done' }
  /** Not tried: it was asked to stop. */
  | { readonly kind: 'stopped' }
  /** Nothing is tried for so many milliseconds. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly waitMs: number }

/** Of handlers. */
export const HANDLER_WAITS = { firstMs: 100, mostMs: 30_000 }

/**
 * What events are handed to. It is left alone after a failure, whichever event it was: longer from failure to failure, at least as
 * long as it asks for (`Retry-After`), until one of them succeeds.
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

  /** Does the work when there is room for it and nothing has to be waited for. Never throws. */
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

  /** One wait for all that failed together, unless it asks for more. */
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
