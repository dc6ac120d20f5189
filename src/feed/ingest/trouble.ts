import type { FactsError } from '../../errors'
import type { Logger } from '../../telemetry'

/** Milliseconds between two log lines about the same error. */
const REPEAT_MS = 60_000

/** Logs why a feed cannot be followed: when it begins, once a minute while it lasts, and when it has ended. */
export class Trouble {
  private code: string | undefined
  private saidAt = 0

  constructor(
    private readonly feed: string,
    private readonly logger: Logger,
    private readonly onTrouble: (trouble: FactsError | undefined) => void,
  ) {}

  /** Undefined when it is resolved. */
  report(error: FactsError | undefined): void {
    const { feed, logger } = this
    const isSaid = error?.code === this.code && Date.now() - this.saidAt < REPEAT_MS
    if (error !== undefined && !isSaid) {
      const level = error.code === 'DISK_FULL' ? 'error' : 'warn'
      logger[level]({ err: error, feed }, 'The feed cannot be followed; retrying')
      this.saidAt = Date.now()
    }
    if (error === undefined && this.code !== undefined) {
      logger.info({ feed }, 'Following the topic of the feed again')
    }
    this.code = error?.code
    this.onTrouble(error)
  }
}
