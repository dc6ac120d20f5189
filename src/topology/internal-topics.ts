import type { Source, Topology } from './topology'

/** An internal topic of the application, with as many partitions as the input that it belongs to. */
export interface InternalTopic {
  readonly topic: string
  readonly source: string
  /** cleanup.policy: `compact` keeps the last record of each key, `delete` every record. */
  readonly cleanup: 'compact' | 'delete'
}

/** Topic that keeps a store, named as in Kafka Streams. */
export function changelogTopic(applicationId: string, store: string): string {
  return `${applicationId}-${store}-changelog`
}

/** Topic through which records enter a task of the source again: replayed dead letters, broadcasts, absent rows. */
export function controlTopic(applicationId: string, sourceTopic: string): string {
  return `${applicationId}-${sourceTopic}-control`
}

/** Topic of the cursors that consumers of the feeds have acknowledged. */
export function acknowledgedTopic(applicationId: string): string {
  return `${applicationId}.feed-cursors`
}

/** Store of the parked keys: those that wait for a dead letter to be replayed. */
export function parkedStore(source: Source): string {
  return `${source.name}.parked`
}

/** Stores of the tasks of a source: those of its processors, and that of the parked keys. */
export function storesOf(topology: Topology, source: Source): readonly string[] {
  const declared = topology.processors
    .filter((node) => node.source === source.name)
    .flatMap((node) => node.stores)
  return [...declared, parkedStore(source)]
}

export function internalTopics(
  topology: Topology,
  applicationId: string,
): readonly InternalTopic[] {
  return topology.sources.flatMap((source): InternalTopic[] => [
    ...storesOf(topology, source).map((store) => ({
      topic: changelogTopic(applicationId, store),
      source: source.topic,
      cleanup: 'compact' as const,
    })),
    { topic: controlTopic(applicationId, source.topic), source: source.topic, cleanup: 'delete' },
  ])
}
