import type { PartitionPosition } from './fetch-committed'

/** ReadPositions by topic and partition, with waiters. */
export class ReadPositions {
  private readonly byTopic = new Map<string, Map<number, bigint>>()
  private waiting: {
    readonly ends: PartitionEnds
    readonly resolve: () => void
    readonly reject: (error: Error) => void
  }[] = []
  private abandoned: Error | undefined

  start(offsets: PartitionEnds): void {
    for (const [topic, partitions] of offsets) this.byTopic.set(topic, new Map(partitions))
  }

  /** Adds new partitions; known ones are unchanged. */
  add(offsets: PartitionEnds): void {
    for (const [topic, partitions] of offsets) {
      const known = this.byTopic.get(topic) ?? new Map<number, bigint>()
      for (const [partition, offset] of partitions) {
        if (!known.has(partition)) known.set(partition, offset)
      }
      this.byTopic.set(topic, known)
    }
  }

  has(topic: string, partition: number): boolean {
    return this.byTopic.get(topic)?.has(partition) === true
  }

  all(): readonly PartitionPosition[] {
    return [...this.byTopic].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, offset]) => ({ topic, partition, offset })),
    )
  }

  of(topic: string, partition: number): bigint {
    return this.byTopic.get(topic)?.get(partition) ?? 0n
  }

  advance(topic: string, partition: number, position: bigint): void {
    this.byTopic.get(topic)?.set(partition, position)
    const reached = this.waiting.filter(({ ends }) => this.missing(ends) === undefined)
    if (reached.length === 0) return
    this.waiting = this.waiting.filter((waiter) => !reached.includes(waiter))
    for (const { resolve } of reached) resolve()
  }

  /**
   * Resolves when no position is before its end; ends of partitions that are not read count as reached. Rejects when reading
   * has stopped, or with the signal's reason.
   */
  reached(ends: PartitionEnds, signal?: AbortSignal): Promise<void> {
    if (this.missing(ends) === undefined) return Promise.resolve()
    if (this.abandoned !== undefined) return Promise.reject(this.abandoned)
    return new Promise((resolve, reject) => {
      const waiter = { ends, resolve, reject }
      this.waiting.push(waiter)
      signal?.addEventListener('abort', () => {
        this.waiting = this.waiting.filter((other) => other !== waiter)
        reject(signal.reason as Error)
      })
    })
  }

  abandon(error: Error): void {
    this.abandoned = error
    for (const { reject } of this.waiting) reject(error)
    this.waiting = []
  }

  /** The first position that has not reached its end. */
  missing(ends: PartitionEnds): (PartitionPosition & { readonly end: bigint }) | undefined {
    for (const [topic, partitions] of ends) {
      for (const [partition, end] of partitions) {
        const offset = this.byTopic.get(topic)?.get(partition)
        if (offset !== undefined && offset < end) return { topic, partition, offset, end }
      }
    }
    return undefined
  }
}

/** Offsets by topic and partition. */
export type PartitionEnds = ReadonlyMap<string, ReadonlyMap<number, bigint>>
