/** Fields of a fact that is an event of an outbox, by JSON name. Its number is the record's key. See PROTOCOL.md R62. */
export interface OutboxFields {
  readonly type: string
  /** JSON text. */
  readonly payload: string
  /** Consumer that the event is for; absent when it is for every consumer. */
  readonly subscriber: string
  /** Number of the event that this one patches, if any. */
  readonly patchOf: string
}
