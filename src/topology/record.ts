/** Header values by name; a value is UTF-8 text or raw bytes. */
export type Headers = Readonly<Record<string, Buffer | string>>

/** Where a record was read; separate from the record, as in Kafka Streams. */
export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

/** A record of a topic: bytes, with its position. `timestamp` is milliseconds since the epoch. */
export interface LogRecord extends RecordMetadata {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: bigint
  readonly headers: Headers
}

/** A record to be written. `partition` is always explicit: an idempotent retry must not move it. */
export interface OutputRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: bigint
  readonly headers: Headers
}
