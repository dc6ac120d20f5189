import type { Clock } from './clock'
import type { FeedEvent } from './feed-event'
import type { FeedSelection, FollowStart } from './feed-request'
import type { FollowState } from './follow-state'
import type { PositionStore } from './position/position-store'

export interface FollowOptions<Client = undefined> extends FeedSelection {
  /** Where it begins without a stored position; default `earliest`, so that nothing is missed. */
  readonly start?: FollowStart | undefined
  /** Stores the position; opened and closed by the follower. */
  readonly position: PositionStore<Client>
  /**
   * Called for each event, in order; the next one is not read before it resolves. After a failure it is retried with exponential
   * backoff, and not before the `retryAfterMs` of its error. An event may be redelivered after a crash, unless the position is a
   * TransactionalPosition and all of the work is done with `client`.
   */
  readonly handle: (event: FeedEvent, client: Client) => Promise<void> | void
  /**
   * Events of different subjects that are handled concurrently, those of one subject in order; default 1, everything in stream
   * order. With more, up to the last thousand events may be redelivered after a crash. Not with a TransactionalPosition.
   */
  readonly concurrency?: number | undefined
  /** Stops it, after the events being handled; without it, it follows until the process ends, or to the head with `until`. */
  readonly signal?: AbortSignal | undefined
  readonly onState?: ((state: FollowState) => void) | undefined
  /** Attempts to handle one event before the follower rejects; default no limit. `onState` is called for each failure. */
  readonly attempts?: number | undefined
  /** What to do when events after the position are no longer retained; default `fail`. */
  readonly onExpired?: 'fail' | 'snapshot' | 'earliest' | undefined
  /** Milliseconds after which a stored position is ignored, and the follower begins at `start`; default never. */
  readonly expireMs?: number | undefined
  /** Heartbeat interval of the server, milliseconds; default 15,000. A connection that is silent for twice as long is reopened. */
  readonly heartbeatMs?: number | undefined
  /** Further headers, requested before each connection, because tokens expire. */
  readonly headers?:
    (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>) | undefined
  readonly clock?: Clock | undefined
}
