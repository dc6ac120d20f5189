/** Position of a follower. */
export interface FollowerPosition {
  readonly feed: string
  readonly cursor: string
  /** When it was stored; RFC 3339. */
  readonly kept_at: string
}

/** A health check of the follower. */
export interface HealthCheck {
  /** Unique for each call. */
  readonly ping: string
  /** RFC 3339. */
  readonly healthcheck_ts: string
}

/** A stored position, with the last health check; null where there is none yet. */
export interface PositionRecord {
  readonly feed: string | null
  readonly cursor: string | null
  readonly kept_at: string | null
  readonly ping: string | null
  readonly healthcheck_ts: string | null
}

export const EMPTY_RECORD: PositionRecord = {
  feed: null,
  cursor: null,
  kept_at: null,
  ping: null,
  healthcheck_ts: null,
}

/**
 * Stores the position of one follower. The last one to open it owns it: the previous owner gets POSITION_TAKEN, because two
 * followers of one position would lose events to each other. All methods throw FollowError POSITION_UNAVAILABLE for retryable
 * errors, POSITION_INVALID otherwise.
 *
 * `Client` is passed to the handler: the connection of a store in whose transaction the work is done.
 */
export interface PositionStore<Client = undefined> {
  /** Whether the work commits with the position, so that events have to be handled one at a time. */
  readonly isTransactional?: boolean
  /** Takes ownership, and returns the stored position. */
  open(): Promise<PositionRecord>
  /** Stores a position that is not after an event: a start, or a heartbeat. */
  keep(reached: FollowerPosition): Promise<void>
  /**
   * Does the work of one event and stores the position after it. After an error it is called again with the same position: work
   * that succeeded is not repeated within the process.
   */
  handled(reached: FollowerPosition, work: (client: Client) => Promise<void>): Promise<void>
  /** Stores a health check, and returns it with the position. Throws while it is not open. */
  check(health: HealthCheck): Promise<PositionRecord>
  close(): Promise<void>
}
