import { Backoff } from './backoff'
import { checkedHeaders } from './checked-headers'
import type { Clock } from './clock'
import { systemClock } from './clock'
import { ConcurrentKeeper } from './concurrent-keeper'
import { isCoded } from './errors/coded-error'
import { FollowError } from './errors/follow-error'
import type { StreamBlock } from './event-stream-parser'
import { FeedConnection } from './feed-connection'
import { eventData, feedEvent } from './feed-event'
import type { FollowStart } from './feed-request'
import { feedRequest } from './feed-request'
import type { FollowOptions } from './follow-options'
import type { FollowState } from './follow-state'
import type { PositionRecord } from './position/position-store'
import { PositionKeeper } from './position-keeper'
import type { Refusal } from './refusal'
import { lost } from './refusal'

const HEARTBEAT_MS = 15_000
const WAITS = { firstMs: 1_000, mostMs: 30_000 }

/** Undefined: continue reading. `end`: everything was read, or the follower was stopped. */
type Verdict = Refusal | 'end' | undefined

/** Reads a feed over successive connections; each resumes where the last one ended. */
export class FeedFollower<Client> {
  private readonly clock: Clock
  private readonly keeper: PositionKeeper<Client>
  private readonly waits: Backoff
  private start: FollowStart

  constructor(private readonly options: FollowOptions<Client>) {
    this.clock = options.clock ?? systemClock
    this.keeper = keeperOf(options, this.clock)
    this.waits = new Backoff({ ...WAITS, random: this.clock.random })
    this.start = options.start ?? 'earliest'
  }

  /** Resolves when it is stopped, or at the head with `until`. Throws errors that require an operator. */
  async run(): Promise<void> {
    feedRequest(this.options, { start: this.start })
    try {
      const record = await this.keeper.open()
      if (record === undefined) return
      this.begin(record)
      while (!this.keeper.signal.aborted) {
        const verdict = await this.session()
        if (verdict === 'end') break
        await this.before(verdict)
      }
      await this.keeper.settled()
    } finally {
      await this.keeper.close()
    }
  }

  private begin(record: PositionRecord): void {
    const { expireMs = Number.POSITIVE_INFINITY } = this.options
    const times = [record.kept_at, record.healthcheck_ts].map((time) => Date.parse(time ?? ''))
    const newest = Math.max(...times.filter((time) => !Number.isNaN(time)))
    if (record.cursor === null || this.clock.now() - newest > expireMs) {
      this.report({ state: 'fresh', start: this.start, record })
      return
    }
    this.keeper.startAt(record.cursor)
    this.report({ state: 'resuming', record })
  }

  /** Prepares the next connection. */
  private async before(refusal: Refusal): Promise<void> {
    const { onExpired = 'fail' } = this.options
    const { signal } = this.keeper
    const { kind, error } = refusal
    if (signal.aborted) return
    if (kind === 'never' || (kind === 'expired' && onExpired === 'fail')) throw error
    if (kind === 'expired' && onExpired !== 'fail') {
      this.start = onExpired
      this.keeper.cursor = undefined
      this.report({ state: 'expired', error, start: onExpired })
    }
    const waitMs = this.waits.next(kind === 'again' ? refusal.afterMs : 0)
    this.report({ state: 'reconnecting', error, waitMs })
    await this.clock.sleep(waitMs, signal)
  }

  private async session(): Promise<Refusal | 'end'> {
    const { heartbeatMs = HEARTBEAT_MS, headers } = this.options
    const { cursor, signal } = this.keeper
    const request = feedRequest(
      this.options,
      cursor === undefined ? { start: this.start } : { cursor },
    )
    let further: Readonly<Record<string, string>>
    try {
      further = checkedHeaders((await headers?.()) ?? {}, request)
    } catch (error) {
      if (isCoded(error) && error.remedy === 'halt') throw error
      return lost(`The headers of the request are unavailable: ${(error as Error).message}`, error)
    }
    const answer = await FeedConnection.open({
      request: { ...request, headers: { ...further, ...request.headers } },
      silenceMs: 2 * heartbeatMs,
      signal,
      now: this.clock.now,
    })
    if (answer.kind === 'end') return 'end'
    return answer.kind === 'open' ? this.read(answer.connection) : answer
  }

  private async read(connection: FeedConnection): Promise<Refusal | 'end'> {
    try {
      const { startCursor } = connection
      if (startCursor === '') throw new FollowError('FEED_REFUSED', NO_CURSOR)
      this.report({ state: 'connected', startCursor })
      if (this.keeper.cursor === undefined) await this.keeper.begin(startCursor)
      const blocks = connection.blocks()
      for (;;) {
        if (this.keeper.signal.aborted) return 'end'
        const { done, value } = await blocks.next()
        if (done === true) return value
        const verdict = await this.take(value)
        if (verdict !== undefined) return verdict
      }
    } finally {
      connection.close()
    }
  }

  private async take({ id, event, data, retry }: StreamBlock): Promise<Verdict> {
    if (retry !== undefined) this.waits.begin(retry)
    if (event === 'error') {
      const { detail } = eventData(data ?? '')
      return lost(`The feed has ended the stream: ${typeof detail === 'string' ? detail : ''}`)
    }
    if (event === 'status' || data === undefined) {
      if (id !== undefined) {
        this.waits.reset()
        await this.keeper.moved(id)
      }
      if (data === undefined) return undefined
      const status = String(eventData(data)['status'])
      this.report({ state: 'status', status })
      return status === 'end' ? 'end' : undefined
    }
    const change = feedEvent(data)
    this.waits.reset()
    const outcome = await this.keeper.handled({ event: change, bytes: data.length })
    return outcome === 'stopped' ? 'end' : undefined
  }

  private report(state: FollowState): void {
    this.options.onState?.(state)
  }
}

function keeperOf<Client>(options: FollowOptions<Client>, clock: Clock): PositionKeeper<Client> {
  const { concurrency = 1, position } = options
  if (concurrency <= 1) return new PositionKeeper(options, clock)
  if (position.isTransactional === true) {
    throw new FollowError(
      'CONFIG_INVALID',
      'A transactional position handles one event at a time: leave concurrency at 1.',
    )
  }
  // Without a transactional position there is no client.
  const plain = options as unknown as FollowOptions
  return new ConcurrentKeeper(plain, clock) as unknown as PositionKeeper<Client>
}

const NO_CURSOR =
  'The response has no Feed-Start-Cursor header. Check that the URL is that of a feed, and that a proxy passes its headers on.'
