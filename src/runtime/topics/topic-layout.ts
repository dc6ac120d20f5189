import { FactsError } from '../../errors'
import type { LogAdmin } from '../../broker/ports'
import { internalTopics } from '../../topology/internal-topics'
import type { Topology } from '../../topology/topology'
import { declaredPartitions } from '../../topology/topology'
import { readLayout as parseLayout, writeLayout } from './layout-metadata'

/** Number of partitions of every topic that the topology touches. */
export type TopicLayout = ReadonlyMap<string, number>

/**
 * Reads the layout; throws TOPIC_MISSING naming all that are missing, and PARTITIONS_CHANGED when a topic does not have the
 * partitions that are declared, or an internal topic not those of its input.
 */
export async function readLayout(
  admin: LogAdmin,
  topology: Topology,
  applicationId: string,
): Promise<TopicLayout> {
  const internal = internalTopics(topology, applicationId)
  const topics = [
    ...internal.map(({ topic }) => topic),
    ...topology.sources.map((node) => node.topic),
    ...topology.globalTables.map((node) => node.topic),
    ...topology.sinks.map((node) => node.topic),
    topology.deadLetters,
  ]
  const layout = await admin.partitionCounts([...new Set(topics)])
  const missing = topics.filter((topic) => !layout.has(topic))
  if (missing.length > 0) {
    throw new FactsError(
      'TOPIC_MISSING',
      `Missing topics: ${[...new Set(missing)].join(', ')}. Create them with "facts provision" ("facts start" does), or let the connector create its own with "facts register-connector", then start the pipeline again.`,
    )
  }
  for (const [topic, partitions] of declaredPartitions(topology)) {
    if (layout.get(topic) === partitions) continue
    throw new FactsError(
      'PARTITIONS_CHANGED',
      `The topic ${topic} has ${layout.get(topic) ?? 0} partitions, and ${partitions} are declared: the order of its records would differ. Recreate it with "facts provision" before anything else writes to it.`,
      { topic },
    )
  }
  for (const { topic, source } of internal) {
    if (layout.get(topic) === layout.get(source)) continue
    throw new FactsError(
      'PARTITIONS_CHANGED',
      `The topic ${topic} has ${layout.get(topic) ?? 0} partitions, its input ${source} has ${layout.get(source) ?? 0}: the state of a key would be in another task than its changes. Recreate the topic that is wrong, or start under a new application id.`,
      { topic },
    )
  }
  return layout
}

/** The part of the layout that assigns keys: the task's topics, each with its partitions. */
export function layoutOf(
  layout: TopicLayout,
  source: string,
  sinks: readonly string[],
): ReadonlyMap<string, number> {
  return new Map([source, ...sinks].sort().map((topic) => [topic, layout.get(topic) ?? 0]))
}

/** That part as offset metadata, with the identities of the changelogs by store. */
export function layoutMetadata(
  layout: TopicLayout,
  source: string,
  sinks: readonly string[],
  origins: Readonly<Record<string, string>> = {},
): string {
  return writeLayout(layoutOf(layout, source, sinks), origins)
}

/**
 * Compares the layout of a committed offset with the current one. With other partition counts the same key maps to another
 * partition, so order per key would break: throws PARTITIONS_CHANGED instead.
 */
export function checkLayout(
  committed: string,
  now: ReadonlyMap<string, number>,
  at: { topic: string; partition: number },
): void {
  const { partitions } = parseLayout(committed)
  const changes = [...now].flatMap(([topic, count]) => {
    const before = partitions(topic)
    if (before === undefined || before === count) return []
    return [`${topic} had ${before} partitions, now ${count}`]
  })
  if (changes.length === 0) return
  throw new FactsError(
    'PARTITIONS_CHANGED',
    `The number of partitions changed since the last commit (${changes.join('; ')}): keys map to other partitions now, and order per key would break. Recreate the topic with its former count, or start a new application id.`,
    at,
  )
}
