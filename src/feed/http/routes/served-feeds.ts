import type { FeedMetrics, Logger } from '../../../telemetry'
import type { CursorKeeper } from '../../acknowledged/cursor-keeper'
import type { Feed } from '../../live/feed'

/** The feeds of a server, and how it sends them. */
export interface ServedFeeds {
  readonly feeds: readonly Feed[]
  readonly acknowledged: CursorKeeper
  readonly heartbeatMs: number
  readonly stallMs: number
  /** Unsent bytes of a connection from which it counts as slow. */
  readonly bufferBytes: number
  readonly logger: Logger
  readonly metrics: FeedMetrics
}
