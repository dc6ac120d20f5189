import type { Headers } from '../../topology/record'

/** Key and value of a record, of any broker, and its headers where they are at hand. */
export interface RecordBytes {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Headers
}
