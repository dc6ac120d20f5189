/**
 * Every error of the product, named by code and classified by remedy.
 *
 * Remedies, after Kafka Streams' exception hierarchy:
 * - `retry`: an outage; wait and do the same again, nothing is skipped.
 * - `skip`: the record is bad; it becomes a dead letter in the same transaction.
 * - `rejoin`: this process lost the partition; drop the work and rejoin the group.
 * - `restore`: the outcome of a transaction is unknown; discard the producer, initialise a new one, read back, redo.
 * - `halt`: a person has to act; stop loudly, lose nothing.
 */
export type Remedy = 'retry' | 'skip' | 'rejoin' | 'restore' | 'halt'

export const ERRORS = {
  // change/: the record is not what Debezium writes for this table
  JSON_INVALID: 'skip',
  ENVELOPE_INVALID: 'skip',
  KEY_INVALID: 'skip',
  COLUMN_INVALID: 'skip',
  COLUMN_MISSING: 'halt',
  FORMAT_DIFFERS: 'halt',
  VALUE_UNAVAILABLE: 'skip',
  // fact/ and wire/
  MAP_FAILED: 'skip',
  ENCODE_FAILED: 'skip',
  FRAME_INVALID: 'skip',
  SCHEMA_REFUSED: 'halt',
  SCHEMA_UNKNOWN: 'halt',
  REGISTRY_UNAVAILABLE: 'retry',
  // topology/, runtime/ and log/
  TOPOLOGY_INVALID: 'halt',
  TOPIC_MISSING: 'halt',
  PARTITIONS_CHANGED: 'halt',
  EPOCH_CHANGED: 'halt',
  STATE_CORRUPT: 'restore',
  STATE_LOST: 'halt',
  OUTPUT_LOST: 'halt',
  STATE_UNAVAILABLE: 'halt',
  DISK_FULL: 'halt',
  STORE_TAKEN: 'halt',
  OFFSET_OUT_OF_RANGE: 'halt',
  TABLE_ROW_INVALID: 'halt',
  RECORD_TOO_LARGE: 'skip',
  ORIGINAL_LOST: 'skip',
  KEY_PARKED: 'skip',
  BAD_RECORDS: 'halt',
  RESYNC_REFUSED: 'halt',
  CONTROL_INVALID: 'skip',
  DEAD_LETTERS_LOST: 'halt',
  DEAD_LETTER_UNKNOWN: 'halt',
  BATCH_TOO_LARGE: 'halt',
  BROKER_REFUSED: 'halt',
  NOT_AUTHORIZED: 'halt',
  NOT_AUTHENTICATED: 'halt',
  TLS_FAILED: 'halt',
  BROKER_UNAVAILABLE: 'retry',
  INSTANCE_REPLACED: 'halt',
  PARTITION_LOST: 'rejoin',
  GROUP_REBALANCING: 'rejoin',
  PRODUCER_FENCED: 'rejoin',
  TRANSACTION_UNKNOWN: 'restore',
  TRANSACTION_ABORTED: 'restore',
  UNEXPECTED: 'halt',
  // follow/
  FEED_UNAVAILABLE: 'retry',
  FEED_REFUSED: 'halt',
  CURSOR_EXPIRED: 'halt',
  HANDLER_FAILED: 'halt',
  POSITION_UNAVAILABLE: 'retry',
  POSITION_INVALID: 'halt',
  POSITION_TAKEN: 'halt',
  // config, stack and operations
  CONFIG_INVALID: 'halt',
  PREREQUISITE_MISSING: 'halt',
  PORT_TAKEN: 'halt',
  STACK_RUNNING: 'halt',
  DOWNLOAD_FAILED: 'halt',
  CHECKSUM_MISMATCH: 'halt',
  SERVICE_FAILED: 'halt',
  WAL_LEVEL_NOT_LOGICAL: 'halt',
  CONNECT_UNAVAILABLE: 'halt',
  CONNECTOR_REFUSED: 'halt',
  CONNECTOR_FAILED: 'halt',
  CHANGES_LOST: 'halt',
  DATABASE_UNAVAILABLE: 'halt',
  SOURCE_UNFIT: 'halt',
  TIMED_OUT: 'halt',
} as const satisfies Record<string, Remedy>

export type ErrorCode = keyof typeof ERRORS

/** Where it happened; the known coordinates are printed after the message and written to dead-letter headers. */
export interface Coordinates {
  readonly topic?: string
  readonly partition?: number
  readonly offset?: bigint
  readonly key?: string
  readonly task?: string
}

export interface FactsErrorOptions extends Coordinates {
  readonly cause?: unknown
}

/** The only error class thrown on purpose, besides the client's, which imports nothing. `message` says what happened and what to do, `code` which error it is. */
export class FactsError extends Error {
  override readonly name = 'FactsError'
  readonly code: ErrorCode
  readonly coordinates: Coordinates

  constructor(code: ErrorCode, message: string, options: FactsErrorOptions = {}) {
    const { cause, ...coordinates } = options
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.coordinates = coordinates
  }

  get remedy(): Remedy {
    return ERRORS[this.code]
  }

  /** The same error with coordinates that an outer layer knows; those already set take precedence. */
  at(coordinates: Coordinates): FactsError {
    const located = new FactsError(this.code, this.message, {
      ...coordinates,
      ...this.coordinates,
      cause: this.cause,
    })
    if (this.stack !== undefined) located.stack = this.stack
    return located
  }
}

/**
 * Wraps anything thrown into a FactsError; a FactsError passes through, and an error of the client keeps its code. Total: never
 * throws itself.
 */
export function toFactsError(error: unknown, code: ErrorCode = 'UNEXPECTED'): FactsError {
  if (error instanceof FactsError) return error
  return new FactsError(
    codeOf(error) ?? code,
    error instanceof Error ? error.message : String(error),
    { cause: error },
  )
}

/** The code of an error of another class with a code and remedy of the table, as the client's have. */
function codeOf(error: unknown): ErrorCode | undefined {
  const { code, remedy } = error instanceof Error ? (error as Partial<FactsError>) : {}
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) && ERRORS[code] === remedy
    ? code
    : undefined
}

/** One line for people: message, then code and coordinates in brackets. */
export function describeError(error: unknown): string {
  const known = toFactsError(error)
  const { topic, partition, offset, key, task } = known.coordinates
  const where = [
    known.code,
    task === undefined ? undefined : `task ${task}`,
    topic === undefined ? undefined : `topic ${topic}`,
    partition === undefined ? undefined : `partition ${partition}`,
    offset === undefined ? undefined : `offset ${offset.toString()}`,
    key === undefined ? undefined : `key ${key}`,
  ].filter((part) => part !== undefined)
  return `${known.message} [${where.join(', ')}]`
}
