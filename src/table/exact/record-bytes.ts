/** Key and value of a record, of any broker. */
export interface RecordBytes {
  readonly key: Buffer | null
  readonly value: Buffer | null
}
