/**
 * Serializer and deserializer, as in Kafka Streams. Synchronous: schema ids are resolved by `prepare` before a batch.
 */
export interface Serde<T> {
  /** Throws FactsError ENCODE_FAILED when the value does not fit. */
  serialize(value: T): Buffer
  /** Throws FactsError of remedy `skip` when the bytes are not what the serde writes. */
  deserialize(bytes: Buffer): T
}

/** A serde that needs the registry once before its first use; `prepare` is idempotent and cheap afterwards. */
export interface PreparedSerde<T> extends Serde<T> {
  prepare(): Promise<void>
}
