/** Local storage of tasks' stores between runs: a copy of the changelogs that avoids complete restores. */
export interface StateBackend {
  /**
   * Opens a task's database, which may be new, and takes ownership: later writes of a previous owner have no effect. An
   * unreadable database is removed and recreated.
   */
  open(taskId: string, stores: readonly string[]): TaskDatabase
}

/** Progress of a store's copy. */
export interface Checkpoint {
  /** Identity of the changelog that it was copied from. */
  readonly origin: string
  /** First changelog offset that the copy lacks. */
  readonly offset: bigint
  /** When the copy was known to be complete, in milliseconds since the epoch; undefined in copies of earlier versions. */
  readonly at?: number | undefined
}

/** Values by key; null removes the key. */
export type Changes = ReadonlyMap<string, Buffer | null>

/** One task's stores on this machine. Synchronous: no record waits for a read. */
export interface TaskDatabase {
  /** Throws STATE_CORRUPT when the bytes on disk are damaged. */
  get(store: string, key: string): Buffer | undefined
  entries(store: string): Iterable<readonly [key: string, value: Buffer]>
  /** Undefined when there is no copy of the store. */
  checkpoint(store: string): Checkpoint | undefined
  /** Applies changes and the checkpoint after them, atomically. False when another owner has taken the database over. */
  apply(store: string, changes: Changes, checkpoint: Checkpoint): boolean
  /** Forgets the store and its checkpoint. */
  clear(store: string): void
  close(): void
}
