import type { FollowError } from './errors/follow-error'
import type { FeedEvent } from './feed-event'
import type { FollowStart } from './feed-request'
import type { PositionRecord } from './position/position-store'

/** State changes of a follower, for logs and metrics. */
export type FollowState =
  /** Resumes at the stored position. */
  | { readonly state: 'resuming'; readonly record: PositionRecord }
  /** Begins at `start`: no position was stored, or it has expired. */
  | { readonly state: 'fresh'; readonly start: FollowStart; readonly record: PositionRecord }
  | { readonly state: 'connected'; readonly startCursor: string }
  /** Status event of the server: `live`, `snapshot-end`, `upstream-lost`, ... */
  | { readonly state: 'status'; readonly status: string }
  /** The connection was lost or temporarily refused. */
  | { readonly state: 'reconnecting'; readonly error: FollowError; readonly waitMs: number }
  /** Events after the position are no longer retained, and `onExpired` decides how to continue. */
  | { readonly state: 'expired'; readonly error: FollowError; readonly start: FollowStart }
  | {
      readonly state: 'handler-failed'
      readonly event: FeedEvent
      readonly error: unknown
      /** From 1. */
      readonly attempt: number
      readonly waitMs: number
    }
  | { readonly state: 'handled'; readonly event: FeedEvent }
  | { readonly state: 'position-unavailable'; readonly error: unknown; readonly waitMs: number }
