/** A read-only view of a table's latest rows by key, as processors see it. Synchronous: no record waits for a read. */
export interface ReadOnlyKeyValueStore<V> {
  get(key: string): V | undefined
  readonly size: number
}

/** A table's latest rows by key; null removes. */
export interface KeyValueStore<V> extends ReadOnlyKeyValueStore<V> {
  set(key: string, value: V): void
  delete(key: string): void
}
