import type { FollowStart, FollowState } from '../../client'
import type { FollowMetrics, Logger } from '../../telemetry'

/** Logs and counts what a follower tells of itself, and knows how it stands. */
export class FollowerLog {
  /** For people who ask. */
  state = 'starting'
  /** Whether it has a connection, and handles what comes. */
  isFollowing = false

  constructor(
    private readonly feed: string,
    private readonly logger: Logger,
    private readonly metrics: FollowMetrics,
  ) {}

  tell(told: FollowState): void {
    const { feed, logger, metrics } = this
    const labels = { feed }
    switch (told.state) {
      case 'resuming': {
        const { kept_at: kept, ping, healthcheck_ts: checked } = told.record
        logger.info({ kept, ping, checked }, 'Resuming at the position that was kept')
        break
      }
      case 'fresh': {
        const { cursor, kept_at: kept, healthcheck_ts: checked } = told.record
        const start = textOf(told.start)
        if (cursor === null) logger.info({ start }, 'No position is kept: starting fresh')
        else
          logger.warn(
            { start, kept, checked, cursor },
            'The position that was kept has expired: starting fresh',
          )
        break
      }
      case 'connected':
        this.become('following')
        logger.info(labels, 'Connected')
        break
      case 'told':
        logger.info({ status: told.status }, 'The feed says')
        break
      case 'reconnecting':
        this.become('reconnecting')
        metrics.reconnects.inc(labels)
        logger.warn({ err: told.error, waitMs: told.waitMs }, `${told.error.message}. Trying again`)
        break
      case 'expired':
        logger.warn(
          { err: told.error, start: textOf(told.start) },
          'What followed the position is gone: starting fresh',
        )
        break
      case 'handler-failed': {
        this.become('failing')
        metrics.failures.inc(labels)
        const { error, attempt, waitMs, event } = told
        logger.warn(
          { err: error, attempt, waitMs, cursor: event.cursor },
          'The handler failed. Trying again',
        )
        break
      }
      case 'handled':
        this.become('following')
        metrics.events.inc({ feed, type: told.event.type })
        break
      case 'position-unavailable':
        this.become('failing')
        logger.warn(
          { err: told.error, waitMs: told.waitMs },
          'The position cannot be kept. Trying again',
        )
        break
    }
  }

  private become(state: 'following' | 'reconnecting' | 'failing'): void {
    this.state = state
    this.isFollowing = state === 'following'
  }
}

const textOf = (start: FollowStart): string => (typeof start === 'object' ? start.after : start)
