/**
 * Position of a change in the source. LSNs are ordered within one transaction and per row, not across transactions,
 * and several changes may share one: `transactionOrder` distinguishes those (Debezium, WalPositionLocator).
 */
export interface SourcePosition {
  /** The connector's `topic.prefix`. */
  readonly connector: string
  readonly database: string
  readonly schema: string
  readonly table: string
  /** WAL position of the change. For a row of an incremental snapshot, the position at which it was read (from `sequence`). */
  readonly lsn: bigint
  /** PostgreSQL's transaction id; null when the change belongs to none (incremental snapshot). */
  readonly transactionId: bigint | null
  /** Ordinal within the transaction, from 1; null in a snapshot or without `provide.transaction.metadata`. */
  readonly transactionOrder: bigint | null
  /** Commit time of the transaction, microseconds since 1970. For a row of a snapshot, the time at which it was read. */
  readonly committedAt: bigint
  /** Whether the row was read by a snapshot rather than changed. */
  readonly snapshot: boolean
}
