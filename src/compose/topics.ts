import type { Config } from '../config/config'
import type { TopicSpec } from '../broker/ports'
import { acknowledgedTopic, internalTopics } from '../topology/internal-topics'
import type { Topology } from '../topology/topology'
import { declaredPartitions } from '../topology/topology'

/** Nothing may be deleted before it was processed, and facts are history: every topic has unlimited retention. */
const KEEP = { 'cleanup.policy': 'delete', 'retention.ms': '-1' }

/** 1 with a single replica; otherwise one replica may be unavailable (KIP-98's recommendation). */
const minimumInSync = (replicas: number): string => String(Math.max(1, replicas - 1))

/** Settings of every topic: minimum in-sync replicas, and the size of the largest record. */
function settings({
  replicationFactor,
  maxMessageBytes,
}: Config['topics']): Readonly<Record<string, string>> {
  return {
    'min.insync.replicas': minimumInSync(replicationFactor),
    'max.message.bytes': String(maxMessageBytes),
  }
}

/**
 * Topics whose limit is below the configured record size, and what to do about each. They are not changed here:
 * that requires a right that nothing else needs, and disks and replication have to support it.
 */
export function tooSmall(
  limits: ReadonlyMap<string, string>,
  { topics, kafka }: Pick<Config, 'topics' | 'kafka'>,
): readonly { readonly what: string; readonly remedy: string }[] {
  const { maxMessageBytes } = topics
  return [...limits]
    .filter(([, bytes]) => Number(bytes) < maxMessageBytes)
    .map(([topic, bytes]) => ({
      what: `the topic ${topic} accepts ${bytes} bytes, topics.maxMessageBytes is ${maxMessageBytes}: a larger record stops the connector or becomes a dead letter`,
      remedy: `Raise it: kafka-configs.sh --bootstrap-server ${kafka.brokers[0] ?? ''} --alter --entity-type topics --entity-name ${topic} --add-config max.message.bytes=${maxMessageBytes}`,
    }))
}

/** The topics that the pipeline reads and writes, with explicit settings instead of a broker's defaults. */
export function topicSpecs(
  topology: Topology,
  { topics }: Pick<Config, 'topics'>,
): readonly TopicSpec[] {
  const names = [
    ...topology.sources.map((node) => node.topic),
    ...topology.globalTables.map((node) => node.topic),
    ...topology.sinks.map((node) => node.topic),
    topology.deadLetters,
  ]
  const declared = declaredPartitions(topology)
  const { replicationFactor } = topics
  const config = { ...KEEP, ...settings(topics) }
  return [...new Set(names)].map((name) => {
    const partitions = declared.get(name) ?? topics.partitions
    return { name, partitions, replicationFactor, config }
  })
}

/** The cursors that consumers of the feeds have acknowledged; one partition, so that there is one order. */
export function acknowledgedTopicSpec({
  topics,
  pipeline,
}: Pick<Config, 'topics' | 'pipeline'>): TopicSpec {
  const { replicationFactor } = topics
  const config = { ...COMPACT, ...settings(topics) }
  const name = acknowledgedTopic(pipeline.applicationId)
  return { name, partitions: 1, replicationFactor, config }
}

/**
 * A changelog keeps the last value of each key indefinitely, and a tombstone for a day after compaction: a local copy of the
 * state that is older than half of that is restored completely.
 */
const COMPACT = { 'cleanup.policy': 'compact', 'delete.retention.ms': '86400000' }

/**
 * The internal topics of the pipeline: each with the partitions of its input, from `counts`, because the state of a key has
 * to be where its changes are.
 */
export function internalTopicSpecs(
  topology: Topology,
  { topics, pipeline }: Pick<Config, 'topics' | 'pipeline'>,
  counts: ReadonlyMap<string, number>,
): readonly TopicSpec[] {
  const { replicationFactor } = topics
  return internalTopics(topology, pipeline.applicationId).map(({ topic, source, cleanup }) => ({
    name: topic,
    partitions: counts.get(source) ?? topics.partitions,
    replicationFactor,
    config: { ...(cleanup === 'compact' ? COMPACT : KEEP), ...settings(topics) },
  }))
}
