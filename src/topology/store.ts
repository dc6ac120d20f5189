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
