/*
 * What a service that follows a feed needs. Speaks HTTP with the server, and shares no code with it.
 */
export { followFeed } from './follow-feed'
export type { FollowOptions } from './follow-options'
export type { FollowStart } from './feed-request'
export type { FollowState } from './follow-state'
export type { FeedEvent } from './feed-event'
export type { RetryLater } from './retry-later'
export type { PositionRecord, PositionStore } from './position/position-store'
export { FilePosition } from './position/file-position'
export { MemoryPosition } from './position/memory-position'
export { PostgresPosition } from './position/postgres-position'
export { TransactionalPosition } from './position/transactional-position'
