/*
 * Client library for services that follow a feed. Uses HTTP only, and shares no code with the server.
 */
export { followFeed } from './follow-feed'
export { FollowError } from './errors/follow-error'
export type { FollowErrorCode } from './errors/follow-error'
export type { FollowOptions } from './follow-options'
export type { FeedSelection, FollowStart } from './feed-request'
export type { FollowState } from './follow-state'
export type { FeedEvent } from './feed-event'
export type { RetryLater } from './retry-later'
export type { PositionRecord, PositionStore } from './position/position-store'
export { FilePosition } from './position/file-position'
export { MemoryPosition } from './position/memory-position'
export { PostgresPosition } from './position/postgres-position'
export { TransactionalPosition } from './position/transactional-position'
