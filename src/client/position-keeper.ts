import { setMaxListeners } from 'node:events'
import { Backoff } from './backoff'
import type { Clock } from './clock'
import { HANDLER_WAITS } from './destination'
import { isCoded } from './errors/coded-error'
import { FollowError } from './errors/follow-error'
import type { Arrival, FeedEvent } from './feed-event'
import { eventName } from './feed-event'
import type { FollowOptions } from './follow-options'
import type { Outcome } from './patience'
import { isFull, patiently } from './patience'
import type { FollowerPosition, PositionRecord } from './position/position-store'
import { askedMs } from './retry-later'

/** Minimum milliseconds between two writes of heartbeat positions. */
const HEARTBEAT_WRITE_MS = 1_000

/**
 * Handles events one at a time and stores the position after each, with retries. Ends early only when it is stopped, and by
 * errors that require an operator.
 */
export class PositionKeeper<Client> {
  /** Cursor after the last event read: where the next connection begins. */
  cursor: string | undefined
  /** Aborted when the follower is stopped or cannot continue. */
  readonly signal: AbortSignal
  protected kept: string | undefined
  private keptAt = 0
  private readonly halting = new AbortController()
  private failure: { readonly error: unknown } | undefined
  private readonly waits: Backoff

  constructor(
    protected readonly options: FollowOptions<Client>,
    protected readonly clock: Clock,
  ) {
    const given = options.signal === undefined ? [] : [options.signal]
    this.signal = AbortSignal.any([...given, this.halting.signal])
    // One listener for each waiting event.
    setMaxListeners(0, this.signal)
    this.waits = new Backoff({ ...HANDLER_WAITS, random: clock.random })
  }

  /** The stored position; undefined when it was stopped before the store could be opened. */
  async open(): Promise<PositionRecord | undefined> {
    let record: PositionRecord | undefined
    await this.patiently(async () => {
      record = await this.options.position.open()
    })
    return record
  }

  /** Sets the position of the follower. */
  startAt(cursor: string): void {
    this.cursor = this.kept = cursor
  }

  /** Stores the start immediately: a follower that is killed before its first event must begin at the same position. */
  async begin(cursor: string): Promise<void> {
    this.cursor = cursor
    await this.patiently(() => this.keep(cursor))
  }

  /** Everything up to the cursor is handled. */
  async moved(cursor: string): Promise<void> {
    this.cursor = cursor
    if (this.isDue()) await this.patiently(() => this.keep(cursor))
  }

  /** `stopped`: the event was not handled, and is redelivered. Throws HANDLER_FAILED when the attempts are used up. */
  async handled({ event }: Arrival): Promise<Outcome> {
    const { position, handle } = this.options
    let failed: { readonly error: unknown } | undefined
    let failures = 0
    const outcome = await this.patiently(
      async () => {
        failed = undefined
        await position.handled(this.positionAt(event.cursor), async (client) => {
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
        const cause = failed?.error ?? error
        const waitMs = this.waits.next(askedMs(cause))
        this.handlerFailed(event, cause, failures, waitMs)
        return waitMs
      },
    )
    if (outcome === 'stopped') return outcome
    this.waits.reset()
    this.cursor = event.cursor
    this.isKept(event.cursor)
    this.options.onState?.({ state: 'handled', event })
    return outcome
  }

  /** Resolves when everything that was read is handled, or abandoned. Throws the error that ends the follower. */
  async settled(): Promise<void> {
    await this.idle()
    if (this.failure !== undefined) throw this.failure.error
  }

  /** Waits for the events being handled, then stores the latest position; a failure is ignored, because the events are redelivered. */
  async close(): Promise<void> {
    const { position } = this.options
    this.halting.abort()
    await this.idle()
    const { reached } = this
    try {
      if (reached !== undefined && reached !== this.kept)
        await position.keep(this.positionAt(reached))
    } catch (error) {
      this.options.onState?.({ state: 'position-unavailable', error, waitMs: 0 })
    } finally {
      await position.close()
    }
  }

  /** Cursor before which everything is handled. */
  protected get reached(): string | undefined {
    return this.cursor
  }

  /** Resolves when no event is being handled. */
  protected idle(): Promise<void> {
    return Promise.resolve()
  }

  protected halt(error: unknown): void {
    this.failure ??= { error }
    this.halting.abort()
  }

  protected isDue(): boolean {
    return this.clock.now() - this.keptAt >= HEARTBEAT_WRITE_MS
  }

  protected async keep(cursor: string): Promise<void> {
    await this.options.position.keep(this.positionAt(cursor))
    this.isKept(cursor)
  }

  /** Throws HANDLER_FAILED after the last attempt, and immediately errors that no retry can resolve. */
  protected handlerFailed(event: FeedEvent, error: unknown, attempt: number, waitMs: number): void {
    const { attempts, onState } = this.options
    if (isCoded(error) && error.code === 'CONFIG_INVALID') throw error
    if (attempts !== undefined && attempt >= attempts) {
      const why = error instanceof Error ? error.message : String(error)
      throw new FollowError(
        'HANDLER_FAILED',
        `The handler failed ${attempt} times for ${eventName(event)}: ${why}. The position stays before it: fix what fails, and start again.`,
        { cause: error },
      )
    }
    onState?.({ state: 'handler-failed', event, error, attempt, waitMs })
  }

  protected patiently(
    work: () => Promise<void>,
    waitFor?: (error: unknown) => number | undefined,
  ): Promise<Outcome> {
    const { clock, signal } = this
    return patiently({ clock, signal, onState: this.options.onState }, work, waitFor)
  }

  private isKept(cursor: string): void {
    this.kept = cursor
    this.keptAt = this.clock.now()
  }

  private positionAt(cursor: string): FollowerPosition {
    return {
      feed: this.options.feed,
      cursor,
      kept_at: new Date(this.clock.now()).toISOString(),
    }
  }
}

const isOfStore = (error: unknown): boolean =>
  (isCoded(error) && error.code.startsWith('POSITION_')) || isFull(error)
