import type { PartitionPosition } from './fetch-committed'

/** Positions by topic and partition, and those who wait for them. */
export class Positions {
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
    const reached = this.waiting.filter(({ ends }) => this.hasReached(ends))
    if (reached.length === 0) return
    this.waiting = this.waiting.filter((waiter) => !reached.includes(waiter))
    for (const { resolve } of reached) resolve()
  }

  /** Resolves when no position stands before its end; rejects when nobody moves them any more. */
  reached(ends: PartitionEnds): Promise<void> {
    if (this.hasReached(ends)) return Promise.resolve()
    if (this.abandoned !== undefined) return Promise.reject(this.abandoned)
    return new Promise((resolve, reject) => this.waiting.push({ ends, resolve, reject }))
  }

  abandon(error: Error): void {
    this.abandoned = error
    for (const { reject } of this.waiting) reject(error)
    this.waiting = []
  }

  /** True when every position has reached its end. */
  private hasReached(ends: PartitionEnds): boolean {
    for (const [topic, partitions] of ends) {
      for (const [partition, end] of partitions) if (this.of(topic, partition) < end) return false
    }
    return true
  }
}

/** Offsets by topic and partition. */
export type PartitionEnds = ReadonlyMap<string, ReadonlyMap<number, bigint>>
