/** A fetch request's entry for a topic. */
export interface TopicFetch<P extends PartitionFetch = PartitionFetch> {
  readonly topic: string
  readonly partitions: readonly P[]
}

export interface PartitionFetch {
  readonly partition: number
}

/**
 * Order of partitions in fetch requests. A broker fills its response in this order until it is full (KIP-74), and earlier
 * partitions are processed first, so those with the fewest recent bytes come first: one with few records never waits for those
 * with many, and these take turns.
 */
export class FetchOrder {
  /** Bytes per partition, halved by each fetch. */
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

  /** Counts the bytes of a fetch, by `bytesOf` each requested partition. */
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
    // Partitions that were not requested are forgotten: paused, or reassigned.
    this.had = had
  }

  private of(topic: string, partition: number): number {
    return this.had.get(`${topic}/${partition}`) ?? 0
  }
}
