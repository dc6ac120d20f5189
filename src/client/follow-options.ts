import type { Clock } from './clock'
import type { FeedEvent } from './feed-event'
import type { FeedSelection, FollowStart } from './feed-request'
import type { FollowState } from './follow-state'
import type { PositionStore } from './position/position-store'

export interface FollowOptions<Client = undefined> extends FeedSelection {
  /** Where it begins when no position is kept; default `earliest`, so that nothing is missed unless asked for. */
  readonly start?: FollowStart | undefined
  /** Keeps where it is; opened and closed by the follower. */
  readonly position: PositionStore<Client>
  /**
   * Called for one event after the other, in order; the next one is not read before it resolves. When it fails it is called
   * again, after growing waits, and not before the `retryAfterMs` of its error. An event may come once more after a crash, unless the position is a TransactionalPosition
   * and all of the work is done with `client`.
   */
  readonly handle: (event: FeedEvent, client: Client) => Promise<void> | void
  /**
   * Events of different subjects that are handled at the same time, those of one subject in their order; default 1, everything
   * in the order of the stream. With more, the last thousand events may come again after a crash. Not with a
   * TransactionalPosition.
   */
  readonly concurrency?: number | undefined
  /** Ends it, after the event in hand. */
  readonly signal: AbortSignal
  readonly onState?: ((state: FollowState) => void) | undefined
  /** How often the handler is tried for one event before the follower ends; default for ever, a state each time. */
  readonly attempts?: number | undefined
  /** What to do when what followed the position is gone; default `fail`. */
  readonly onExpired?: 'fail' | 'snapshot' | 'earliest' | undefined
  /** A kept position older than so many milliseconds is left aside, and the follower begins anew at `start`; default never. */
  readonly expireMs?: number | undefined
  /** The server's, milliseconds; default 15,000. A connection that is silent for twice as long is made anew. */
  readonly heartbeatMs?: number | undefined
  /** Further headers, asked for before each connection: tokens expire. */
  readonly headers?:
    (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>) | undefined
  readonly clock?: Clock | undefined
}
