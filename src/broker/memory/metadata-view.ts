import type { MemoryBroker } from './memory-broker'
import type { MemoryPartition } from './memory-partition'

/** A client's metadata of the in-memory broker: current, or as of the time when it was held. */
export class MetadataView {
  /** Partitions by topic, as they were when the metadata was held; undefined while it is not. */
  private held: ReadonlyMap<string, number> | undefined

  constructor(private readonly broker: MemoryBroker) {}

  hold(): void {
    this.held = this.broker.partitionCounts()
  }

  release(): void {
    this.held = undefined
    this.broker.emit('change')
  }

  partitionsOf(topic: string): readonly MemoryPartition[] {
    const all = this.broker.partitionsOf(topic) ?? []
    return this.held === undefined ? all : all.slice(0, this.held.get(topic) ?? 0)
  }

  /** Whether it has all partitions of the topic. */
  isComplete(topic: string): boolean {
    const unknown = (this.broker.partitionsOf(topic) ?? []).slice(this.partitionsOf(topic).length)
    return unknown.every(({ low, lastStable }) => low === lastStable)
  }
}
