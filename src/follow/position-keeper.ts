import { FactsError } from '../errors'
import { Backoff } from './backoff'
import type { Clock } from './clock'
import type { FeedEvent } from './feed-event'
import { eventName } from './feed-event'
import type { FollowOptions } from './follow-options'
import type { Place, PositionRecord } from './position/position-store'

/** Heartbeats are kept at most that often. */
const HEARTBEAT_WRITE_MS = 1_000
const WAITS = { firstMs: 500, mostMs: 30_000 }

export type Outcome = 'kept' | 'stopped'

/**
 * Has events handled and keeps the position behind them, with as much patience as it takes. Ends early only when asked to
 * stop, and by errors that a person has to mend.
 */
export class PositionKeeper<Client> {
  /** Behind what was handled or needs no handling. */
  cursor: string | undefined
  private kept: string | undefined
  private keptAt = 0

  constructor(
    private readonly options: FollowOptions<Client>,
    private readonly clock: Clock,
  ) {}

  /** What is kept; undefined when it was asked to stop before the store could be opened. */
  async open(): Promise<PositionRecord | undefined> {
    let record: PositionRecord | undefined
    await this.patiently(async () => {
      record = await this.options.position.open()
    })
    return record
  }

  /** From here on the follower stands there. */
  standAt(cursor: string): void {
    this.cursor = this.kept = cursor
  }

  /** At once: a follower that is killed before its first event must not begin somewhere else. */
  async begin(cursor: string): Promise<Outcome> {
    this.cursor = cursor
    return this.patiently(() => this.keep(cursor))
  }

  /** Nothing was left to handle up to there. */
  async moved(cursor: string): Promise<Outcome> {
    this.cursor = cursor
    if (this.clock.now() - this.keptAt < HEARTBEAT_WRITE_MS) return 'kept'
    return this.patiently(() => this.keep(cursor))
  }

  /** `stopped`: the event was not handled, and comes again. Throws HANDLER_FAILED when the attempts are used up. */
  async handled(event: FeedEvent): Promise<Outcome> {
    const { position, handle } = this.options
    let failed: { readonly error: unknown } | undefined
    let failures = 0
    const waits = new Backoff({ ...WAITS, random: this.clock.random })
    const outcome = await this.patiently(
      async () => {
        failed = undefined
        await position.handled(this.place(event.cursor), async (client) => {
          try {
            await handle(event, client)
          } catch (error) {
            failed = { error }
            throw error
          }
        })
      },
      (error) => {
        if (failed === undefined && isOfStore(error)) return undefined
        failures += 1
        return this.handlerFailed(event, failed?.error ?? error, failures, waits.next())
      },
    )
    if (outcome === 'kept') this.isKept(event.cursor)
    return outcome
  }

  /** What moved since the position was last kept; of no matter when it fails, as it comes again. */
  async close(): Promise<void> {
    const { position } = this.options
    const { cursor } = this
    try {
      if (cursor !== undefined && cursor !== this.kept) await position.keep(this.place(cursor))
    } catch (error) {
      this.options.onState?.({ state: 'position-unavailable', error, waitMs: 0 })
    } finally {
      await position.close()
    }
  }

  private async keep(cursor: string): Promise<void> {
    await this.options.position.keep(this.place(cursor))
    this.isKept(cursor)
  }

  private isKept(cursor: string): void {
    this.cursor = this.kept = cursor
    this.keptAt = this.clock.now()
  }

  private place(cursor: string): Place {
    return {
      feed: this.options.feed,
      cursor,
      kept_at: new Date(this.clock.now()).toISOString(),
    }
  }

  /** Milliseconds to wait. */
  private handlerFailed(event: FeedEvent, error: unknown, attempt: number, waitMs: number): number {
    const { attempts, onState } = this.options
    if (attempts !== undefined && attempt >= attempts) {
      const why = error instanceof Error ? error.message : String(error)
      throw new FactsError(
        'HANDLER_FAILED',
        `The handler failed ${attempt} times for ${eventName(event)}: ${why}. The position stands before it: mend what fails, and start again.`,
        { cause: error },
      )
    }
    onState?.({ state: 'handler-failed', event, error, attempt, waitMs })
    return waitMs
  }

  /** Until it succeeds. `waitFor` gives the milliseconds to wait after an error, unless the store is to blame for it. */
  private async patiently(
    work: () => Promise<void>,
    waitFor: (error: unknown) => number | undefined = () => undefined,
  ): Promise<Outcome> {
    const { signal, onState } = this.options
    const waits = new Backoff({ ...WAITS, random: this.clock.random })
    for (;;) {
      try {
        await work()
        return 'kept'
      } catch (error) {
        let waitMs = waitFor(error)
        if (waitMs === undefined) {
          if (error instanceof FactsError && error.remedy === 'halt' && !isFull(error)) throw error
          waitMs = waits.next()
          onState?.({ state: 'position-unavailable', error, waitMs })
        }
        if (!signal.aborted) await this.clock.sleep(waitMs, signal)
        if (signal.aborted) return 'stopped'
      }
    }
  }
}

/** Room may be made while it runs; what was handled meanwhile is not handled again. */
const isFull = (error: unknown): boolean =>
  error instanceof FactsError && error.code === 'DISK_FULL'

const isOfStore = (error: unknown): boolean =>
  (error instanceof FactsError && error.code.startsWith('POSITION_')) || isFull(error)
