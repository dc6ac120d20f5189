/** A read-only view of a table's latest rows by key, as processors see it. Synchronous: no record waits for a read. */
export interface ReadOnlyKeyValueStore<V> {
  get(key: string): V | undefined
}

/** A table's latest rows by key. */
export interface KeyValueStore<V> extends ReadOnlyKeyValueStore<V> {
  set(key: string, value: V): unknown
  delete(key: string): unknown
  entries(): Iterable<readonly [key: string, value: V]>
}

/**
 * A processor's keyed state: one store per task, so a key's state is where the key's records are. Kept on disk, backed
 * by a changelog topic that is written in the same transaction as the outputs; what a record wrote is undone when the
 * record becomes a dead letter.
 */
export interface StateStore extends KeyValueStore<Buffer> {
  /**
   * Incremented when a write is undone, or the store is reopened: a processor's in-memory copies are valid as long as it is
   * unchanged.
   */
  readonly undone?: number
}
