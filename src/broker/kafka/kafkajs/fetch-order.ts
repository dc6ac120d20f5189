/** What a fetch asks of a topic's partitions. */
export interface TopicFetch<P extends PartitionFetch = PartitionFetch> {
  readonly topic: string
  readonly partitions: readonly P[]
}

export interface PartitionFetch {
  readonly partition: number
}

/**
 * In which order fetches ask for partitions. A broker fills its answer in this order until it is full (KIP-74), and what comes
 * first is processed first, so those come first that have brought the least lately: one with few records never waits for
 * those with many, and these take turns.
 */
export class FetchOrder {
  /** Bytes, of which each fetch forgets half. */
  private had = new Map<string, number>()

  sorted<P extends PartitionFetch>(topics: readonly TopicFetch<P>[]): readonly TopicFetch<P>[] {
    const all = topics.flatMap(({ topic, partitions }) =>
      partitions.map((asked) => ({ topic, asked, had: this.of(topic, asked.partition) })),
    )
    all.sort((a, b) => a.had - b.had)
    const sorted: { readonly topic: string; readonly partitions: P[] }[] = []
    for (const { topic, asked } of all) {
      const last = sorted.at(-1)
      if (last?.topic === topic) last.partitions.push(asked)
      else sorted.push({ topic, partitions: [asked] })
    }
    return sorted
  }

  /** What a fetch has brought, by `bytesOf` a partition that was asked for. */
  came(
    topics: readonly TopicFetch[],
    bytesOf: (topic: string, partition: number) => number | undefined,
  ): void {
    const had = new Map<string, number>()
    for (const { topic, partitions } of topics) {
      for (const { partition } of partitions) {
        const now = this.of(topic, partition) / 2 + (bytesOf(topic, partition) ?? 0)
        had.set(`${topic}/${partition}`, now)
      }
    }
    // Those that were not asked for are forgotten: paused, or another member's by now.
    this.had = had
  }

  private of(topic: string, partition: number): number {
    return this.had.get(`${topic}/${partition}`) ?? 0
  }
}
