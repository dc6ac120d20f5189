import type { FollowError, FollowStart, FollowState } from '../../client'
import { commandLine } from '../../command-line'
import type { FollowMetrics, Logger } from '../../telemetry'

/** Logs and counts the states of a follower, and holds the current one. */
export class FollowerLog {
  /** Shown by /readyz. */
  state = 'starting'
  /** Whether it is connected and handles events. */
  isFollowing = false
  private hasConnected = false

  constructor(
    private readonly feed: string,
    private readonly logger: Logger,
    private readonly metrics: FollowMetrics,
  ) {}

  report(event: FollowState): void {
    const { feed, logger, metrics } = this
    const labels = { feed }
    switch (event.state) {
      case 'resuming': {
        const { kept_at: kept, ping, healthcheck_ts: checked } = event.record
        logger.info({ kept, ping, checked }, 'Resuming at the stored position')
        break
      }
      case 'fresh': {
        const { cursor, kept_at: kept, healthcheck_ts: checked } = event.record
        const start = textOf(event.start)
        if (cursor === null) logger.info({ start }, 'No position is stored: starting fresh')
        else
          logger.warn(
            { start, kept, checked, cursor },
            'The stored position has expired: starting fresh',
          )
        break
      }
      case 'connected':
        this.hasConnected = true
        this.become('following')
        logger.info(labels, 'Connected')
        break
      case 'status':
        logger.info({ status: event.status }, 'Status of the feed')
        break
      case 'reconnecting':
        this.become('reconnecting')
        metrics.reconnects.inc(labels)
        logger.warn(
          { code: event.error.code, waitMs: event.waitMs },
          `${event.error.message}. Retrying${this.advice(event.error)}`,
        )
        break
      case 'expired':
        logger.warn(
          { err: event.error, start: textOf(event.start) },
          'Events after the position are no longer retained: starting fresh',
        )
        break
      case 'handler-failed': {
        this.become('failing')
        metrics.failures.inc(labels)
        const { error, attempt, waitMs } = event
        logger.warn(
          { err: error, attempt, waitMs, cursor: event.event.cursor },
          'The handler failed. Retrying',
        )
        break
      }
      case 'handled':
        this.become('following')
        metrics.events.inc({ feed, type: event.event.type })
        break
      case 'position-unavailable':
        this.become('failing')
        logger.warn(
          { err: event.error, waitMs: event.waitMs },
          'The position cannot be stored. Retrying',
        )
        break
    }
  }

  /** For a feed that was never reached: it may not run, or elsewhere. */
  private advice({ code }: FollowError): string {
    if (this.hasConnected || code !== 'FEED_UNAVAILABLE') return ''
    return `; if it does not run, start it (${commandLine('feed')}, or everything: ${commandLine('start')}); if it is elsewhere, pass --url or set follow.url / FACTS_FOLLOW_URL`
  }

  private become(state: 'following' | 'reconnecting' | 'failing'): void {
    this.state = state
    this.isFollowing = state === 'following'
  }
}

const textOf = (start: FollowStart): string => (typeof start === 'object' ? start.after : start)
