/** Where tasks keep their stores between runs: a copy of the changelogs that saves reading them whole. */
export interface StateBackend {
  /**
   * Opens a task's database, which may be new, and takes it over: what another owner, believed dead, still applies
   * has no effect. A database that cannot be read is removed and begun anew.
   */
  open(taskId: string, stores: readonly string[]): TaskDatabase
}

/** How far a store's copy has come. */
export interface Checkpoint {
  /** Identity of the changelog that it was copied from. */
  readonly origin: string
  /** Changelog offset from which on the copy lacks records. */
  readonly offset: bigint
  /** When the copy was known to be whole, in milliseconds since the epoch; undefined in copies of earlier versions. */
  readonly at?: number | undefined
}

/** Values by key; null removes the key. */
export type Changes = ReadonlyMap<string, Buffer | null>

/** One task's stores on this machine. Synchronous: no record waits for a read. */
export interface TaskDatabase {
  /** Throws STATE_CORRUPT when the bytes on disk are not those that were written. */
  get(store: string, key: string): Buffer | undefined
  entries(store: string): Iterable<readonly [key: string, value: Buffer]>
  /** Undefined when nothing is known of the store. */
  checkpoint(store: string): Checkpoint | undefined
  /** All or nothing: changes and the checkpoint behind them. False when another owner has taken the database over. */
  apply(store: string, changes: Changes, checkpoint: Checkpoint): boolean
  /** Forgets the store and its checkpoint. */
  clear(store: string): void
  close(): void
}
