/** The bytes of a record, as any log has them. */
export interface RecordBytes {
  readonly key: Buffer | null
  readonly value: Buffer | null
}
