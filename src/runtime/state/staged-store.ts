import type { StateStore } from '../../topology/store'
import type { Changes, TaskDatabase } from './state-backend'

/**
 * A store for a task's processors: writes of the current record, over writes of its transaction, over the disk. Only writes
 * that were committed to Kafka reach the disk.
 */
export class StagedStore implements StateStore {
  private record = new Map<string, Buffer | null>()
  private batch = new Map<string, Buffer | null>()
  private undoings = 0

  constructor(
    private readonly name: string,
    private readonly database: () => TaskDatabase,
    /** Throws for a value that is too large for the changelog. */
    private readonly check: (key: string, value: Buffer) => void = () => undefined,
  ) {}

  get(key: string): Buffer | undefined {
    let staged = this.record.get(key)
    if (staged === undefined) staged = this.batch.get(key)
    if (staged === undefined) return this.database().get(this.name, key)
    return staged ?? undefined
  }

  set(key: string, value: Buffer): void {
    this.check(key, value)
    this.record.set(key, value)
  }

  delete(key: string): void {
    this.record.set(key, null)
  }

  *entries(): Iterable<readonly [string, Buffer]> {
    const staged = new Map([...this.batch, ...this.record])
    for (const entry of this.database().entries(this.name)) {
      if (!staged.has(entry[0])) yield entry
    }
    for (const [key, value] of staged) if (value !== null) yield [key, value]
  }

  /** Keeps the writes of the current record. */
  keep(): void {
    if (this.record.size === 0) return
    // A record may write many keys: the smaller map is merged into the larger.
    if (this.record.size > this.batch.size) {
      for (const [key, value] of this.batch) {
        if (!this.record.has(key)) this.record.set(key, value)
      }
      const { batch } = this
      this.batch = this.record
      this.record = batch
    } else for (const [key, value] of this.record) this.batch.set(key, value)
    this.record.clear()
  }

  /** Undoes the writes of the current record, which becomes a dead letter. */
  undo(): void {
    if (this.record.size === 0) return
    this.undoings += 1
    this.record.clear()
  }

  get undone(): number {
    return this.undoings
  }

  /** Changes of the transaction so far. */
  get changes(): Changes {
    return this.batch
  }

  /** The transaction was abandoned. */
  discard(): void {
    this.undoings += 1
    this.committed()
  }

  /** The transaction is committed and on disk. */
  committed(): void {
    this.record.clear()
    if (this.batch.size > 0) this.batch = new Map()
  }
}
