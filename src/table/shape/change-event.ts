import type { SourcePosition } from './source-position'

/** Debezium's `op`: c, r, u, d, t. */
export type Operation = 'create' | 'read' | 'update' | 'delete' | 'truncate'

/** Fields that every change has. */
interface Change<Op extends Operation> {
  readonly operation: Op
  readonly position: SourcePosition
  /**
   * Columns whose TOASTed value the change does not contain: null in `after`, yet not null in the database. Also in a
   * create, because Debezium writes an update of the primary key as delete and create.
   */
  readonly unavailable: readonly string[]
  /** Columns of the record that the table definition does not name; ignored. The same array for every like record. */
  readonly unknownColumns: readonly string[]
  /**
   * Columns of the table definition that the record does not have: it is older than they are, or they were dropped since.
   * In `after` they are null or what `.default()` says. The same array for every like record.
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
  /** What is certain of the old row: see `DeleteEvent.before`; usually null. */
  readonly before: Partial<Row> | null
  readonly after: Row
}

/** A row deleted (or leaving its primary key). */
export interface DeleteEvent<Key, Row> extends Change<'delete'> {
  readonly key: Key
  /**
   * What is certain of the old row: the key columns, and the others only when the table is declared with
   * `replicaIdentity: 'full'`. Otherwise Debezium fills the columns it does not know with nulls and made-up values
   * ("", 0, 1970-01-01), which are not passed on.
   */
  readonly before: Partial<Row> | null
  readonly after: null
}

/** The whole table emptied. Arrives once, without a key, in one partition. */
export interface TruncateEvent extends Change<'truncate'> {
  readonly key: null
  readonly before: null
  readonly after: null
}

/** The null record that follows a delete, so that a compacted topic forgets the key. */
export interface Tombstone<Key> {
  readonly operation: 'tombstone'
  readonly key: Key
}

/** One row change, in the words of Debezium's envelope. */
export type ChangeEvent<Key, Row> =
  | CreateEvent<Key, Row>
  | ReadEvent<Key, Row>
  | UpdateEvent<Key, Row>
  | DeleteEvent<Key, Row>
  | TruncateEvent
