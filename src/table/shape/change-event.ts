import type { SourcePosition } from './source-position'

/** Debezium's `op`: c, r, u, d, t. */
export type Operation = 'create' | 'read' | 'update' | 'delete' | 'truncate'

/** Fields that every change has. */
interface Change<Op extends Operation> {
  readonly operation: Op
  readonly position: SourcePosition
  /**
   * Columns whose TOASTed value the change does not contain: null in `after`, but not in the database. A create can have
   * them, too, because Debezium writes an update of the primary key as a delete and a create.
   */
  readonly unavailable: readonly string[]
  /** Columns of the record that the table definition does not name; ignored. Records of one layout share the array. */
  readonly unknownColumns: readonly string[]
  /**
   * Columns of the table definition that the record does not have: they were added after it, or dropped before it. In
   * `after` they are null or the value of `.default()`. Records of one layout share the array.
   */
  readonly missingColumns: readonly string[]
}

/** A row inserted (or arriving under a new primary key). */
export interface CreateEvent<Key, Row> extends Change<'create'> {
  readonly key: Key
  readonly before: null
  readonly after: Row
}

/** A row as a snapshot read it. */
export interface ReadEvent<Key, Row> extends Change<'read'> {
  readonly key: Key
  readonly before: null
  readonly after: Row
}

export interface UpdateEvent<Key, Row> extends Change<'update'> {
  readonly key: Key
  /** The certain values of the old row, see `DeleteEvent.before`; usually null. */
  readonly before: Partial<Row> | null
  readonly after: Row
}

/** A row deleted (or leaving its primary key). */
export interface DeleteEvent<Key, Row> extends Change<'delete'> {
  readonly key: Key
  /**
   * The certain values of the old row: the key columns, and the others only when the table is declared with
   * `replicaIdentity: 'full'`. Otherwise Debezium fills columns that it does not know with nulls and invented values
   * ("", 0, 1970-01-01), which are dropped.
   */
  readonly before: Partial<Row> | null
  readonly after: null
}

/** TRUNCATE of the table. Arrives once, without a key, in one partition. */
export interface TruncateEvent extends Change<'truncate'> {
  readonly key: null
  readonly before: null
  readonly after: null
}

/** The null record after a delete, with which a compacted topic deletes the key. */
export interface Tombstone<Key> {
  readonly operation: 'tombstone'
  readonly key: Key
}

/** One row change, with the terms of Debezium's envelope. */
export type ChangeEvent<Key, Row> =
  | CreateEvent<Key, Row>
  | ReadEvent<Key, Row>
  | UpdateEvent<Key, Row>
  | DeleteEvent<Key, Row>
  | TruncateEvent
