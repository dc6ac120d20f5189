import type { LogRecord, OutputRecord } from '../../topology/record'

interface Entry {
  readonly record: LogRecord
  readonly transaction: MemoryTransactionState
}

/** Shared by everything written in one transaction; its outcome decides what readers see. */
export interface MemoryTransactionState {
  outcome: 'open' | 'committed' | 'aborted'
}

/** A partition: records in order, each belonging to a transaction; markers take an offset, as on a broker. */
export class MemoryPartition {
  private readonly entries: (Entry | undefined)[] = []
  /** Incremented when the leader moves. */
  leaderEpoch = 0
  private start = 0
  /** Everything before it is decided. */
  private stable = 0

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  /** Returns the offset after it. */
  append(output: OutputRecord, transaction: MemoryTransactionState): bigint {
    const { key, value, timestamp, headers } = output
    const { topic, partition } = this
    const offset = BigInt(this.entries.length)
    const record = { topic, partition, offset, key, value, timestamp, headers }
    this.entries.push({ record, transaction })
    return offset + 1n
  }

  /** Control record at the end of a transaction. */
  appendMarker(): void {
    this.entries.push(undefined)
  }

  get low(): number {
    return this.start
  }

  get high(): number {
    return this.entries.length
  }

  /** First offset of the oldest open transaction, or the end: committed readers stop there. */
  get lastStable(): number {
    const { entries } = this
    while (this.stable < entries.length && entries[this.stable]?.transaction.outcome !== 'open') {
      this.stable += 1
    }
    return this.stable
  }

  /** Committed records of [from, lastStable), at most `limit` offsets of them, and where the next read starts. */
  read(
    from: number,
    limit: number,
  ): { readonly records: readonly LogRecord[]; readonly next: number } {
    const next = Math.max(from, Math.min(this.lastStable, from + limit))
    const records = this.entries
      .slice(from, next)
      .filter((entry) => entry !== undefined)
      .filter((entry) => entry.transaction.outcome === 'committed')
      .map((entry) => entry.record)
    return { records, next }
  }

  /**
   * Compacts like the log cleaner at its maximum: of decided transactions only each key's last committed record is left,
   * without tombstones and markers. Offsets are unchanged. Records need a key.
   */
  compact(): void {
    const end = this.lastStable
    const last = new Map<string, number>()
    const keyAt = (offset: number): string | undefined => {
      const entry = this.entries[offset]
      if (entry?.transaction.outcome !== 'committed') return undefined
      return entry.record.key?.toString('base64')
    }
    for (let offset = this.start; offset < end; offset += 1) {
      const key = keyAt(offset)
      if (key !== undefined) last.set(key, offset)
    }
    for (let offset = this.start; offset < end; offset += 1) {
      const key = keyAt(offset)
      const isLast = key !== undefined && last.get(key) === offset
      if (!isLast || this.entries[offset]?.record.value === null) this.entries[offset] = undefined
    }
  }

  /** Retention: deletes records before the offset. */
  deleteBefore(offset: number): void {
    this.start = Math.max(this.start, Math.min(offset, this.entries.length))
  }
}
