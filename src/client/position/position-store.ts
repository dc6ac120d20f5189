/** Where a follower stands. */
export interface Place {
  readonly feed: string
  readonly cursor: string
  /** When it was kept; RFC 3339. */
  readonly kept_at: string
}

/** What somebody saw who asked after the follower's health. */
export interface HealthCheck {
  /** Made for this one call. */
  readonly ping: string
  /** RFC 3339. */
  readonly healthcheck_ts: string
}

/** A kept position, with the last health check; null where there is none yet. */
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
 * Keeps the position of one follower. The last one to open it owns it: whoever held it before is refused with
 * POSITION_TAKEN, because two followers of one position would lose events to each other. All throw POSITION_UNAVAILABLE
 * when it is worth trying again, POSITION_INVALID when it is not.
 *
 * `Client` is what a handler gets to do its work with: of a store in whose transaction the work is done, its connection.
 */
export interface PositionStore<Client = undefined> {
  /** The work commits with the position, so that one event has to be handled after the other. */
  readonly isTransactional?: boolean
  /** Takes it over, and gives what is kept. */
  open(): Promise<PositionRecord>
  /** Keeps a place behind no event of its own: where the reading began, a heartbeat. */
  keep(place: Place): Promise<void>
  /**
   * Does the work of one event and keeps the place behind it. When it throws it is called again for the same place: work
   * that was done is then not done again, as long as the process lives.
   */
  handled(place: Place, work: (client: Client) => Promise<void>): Promise<void>
  /** Writes a health record onto what is kept, and gives both. Throws while it is not open. */
  check(health: HealthCheck): Promise<PositionRecord>
  close(): Promise<void>
}
