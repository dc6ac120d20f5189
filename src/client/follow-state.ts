import type { FactsError } from '../errors'
import type { FeedEvent } from './feed-event'
import type { FollowStart } from './feed-request'
import type { PositionRecord } from './position/position-store'

/** What a follower tells of itself, for logs and metrics. */
export type FollowState =
  /** It goes on where it was. */
  | { readonly state: 'resuming'; readonly record: PositionRecord }
  /** It begins anew: nothing was kept, or too long ago. */
  | { readonly state: 'fresh'; readonly start: FollowStart; readonly record: PositionRecord }
  | { readonly state: 'connected'; readonly startCursor: string }
  /** What the server says of the stream: `live`, `snapshot-end`, `upstream-lost`, ... */
  | { readonly state: 'told'; readonly status: string }
  /** The connection was lost or refused for now. */
  | { readonly state: 'reconnecting'; readonly error: FactsError; readonly waitMs: number }
  /** What followed the position is gone, and `onExpired` says how to go on. */
  | { readonly state: 'expired'; readonly error: FactsError; readonly start: FollowStart }
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
