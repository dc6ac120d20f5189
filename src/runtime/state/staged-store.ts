import type { StateStore } from '../../topology/store'
import type { Changes, TaskDatabase } from './state-backend'

/**
 * A store as a task's processors see it: what the record at hand wrote, over what its transaction wrote, over what is
 * on disk. Only what was committed to Kafka reaches the disk.
 */
export class StagedStore implements StateStore {
  private record = new Map<string, Buffer | null>()
  private batch = new Map<string, Buffer | null>()
  private undoings = 0

  constructor(
    private readonly name: string,
    private readonly database: () => TaskDatabase,
    /** Throws for what the changelog does not take. */
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

  /** The record at hand is good. */
  keep(): void {
    if (this.record.size === 0) return
    // A record may concern many keys: fewer are put to more.
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

  /** The record at hand becomes a dead letter. */
  undo(): void {
    if (this.record.size === 0) return
    this.undoings += 1
    this.record.clear()
  }

  get undone(): number {
    return this.undoings
  }

  /** What the transaction has changed so far. */
  get changes(): Changes {
    return this.batch
  }

  /** The transaction was given up. */
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
