import { FactsError } from '../../errors'
import type { CommittedOffset, LogAdmin, PartitionOffsets, TopicSpec } from '../log'
import { translateKafkaError } from './kafka-errors'
import type { Admin, Kafka } from './kafkajs'

const CREATE_DEADLINE_MS = 15_000

/** Questions to the cluster, over one connection that opens at the first of them. */
export class KafkaAdmin implements LogAdmin {
  private connected: Promise<Admin> | undefined

  constructor(private readonly kafka: Kafka) {}

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = await Promise.all(
      topics.map(async (topic) => [topic, await this.partitionCount(topic)] as const),
    )
    return new Map(counts.filter((entry): entry is [string, number] => entry[1] !== undefined))
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<readonly string[]> {
    const existing = await this.partitionCounts(topics.map((topic) => topic.name))
    const missing = topics.filter((topic) => !existing.has(topic.name))
    if (missing.length === 0) return []
    await this.ask(async (admin) =>
      admin.createTopics({
        // KafkaJS' own wait takes "not known yet", which KRaft answers at first, for a failure.
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, replicationFactor, config }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        })),
      }),
    )
    await this.waitUntilKnown(missing.map((topic) => topic.name))
    return missing.map((topic) => topic.name)
  }

  async offsets(topic: string): Promise<ReadonlyMap<number, PartitionOffsets>> {
    const offsets = await this.ask((admin) => admin.fetchTopicOffsets(topic), { topic })
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { low: BigInt(low), high: BigInt(high) },
      ]),
    )
  }

  async committed(
    groupId: string,
    topic: string,
    partition: number,
  ): Promise<CommittedOffset | undefined> {
    const topics = await this.ask((admin) => admin.fetchOffsets({ groupId, topics: [topic] }), {
      topic,
      partition,
    })
    const found = topics[0]?.partitions.find((entry) => entry.partition === partition)
    // -1: the group has committed nothing for the partition.
    if (found === undefined || BigInt(found.offset) < 0n) return undefined
    return { offset: BigInt(found.offset), metadata: found.metadata ?? '' }
  }

  async close(): Promise<void> {
    const admin = await this.connected?.catch(() => undefined)
    this.connected = undefined
    await admin?.disconnect()
  }

  private async waitUntilKnown(topics: readonly string[]): Promise<void> {
    const deadline = Date.now() + CREATE_DEADLINE_MS
    for (;;) {
      const known = await this.partitionCounts(topics)
      if (known.size === topics.length) return
      if (Date.now() > deadline) {
        const unknown = topics.filter((topic) => !known.has(topic)).join(', ')
        throw new FactsError(
          'TOPIC_MISSING',
          `Topics were created but the brokers do not know them yet: ${unknown}.`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  private async partitionCount(topic: string): Promise<number | undefined> {
    try {
      const { topics } = await this.ask((admin) => admin.fetchTopicMetadata({ topics: [topic] }), {
        topic,
      })
      return topics[0]?.partitions.length
    } catch (error) {
      if (error instanceof FactsError && error.code === 'TOPIC_MISSING') return undefined
      throw error
    }
  }

  private async ask<T>(
    question: (admin: Admin) => Promise<T>,
    at: { topic?: string; partition?: number } = {},
  ): Promise<T> {
    try {
      return await question(await (this.connected ??= this.connect()))
    } catch (error) {
      throw translateKafkaError(error, 'BROKER_UNAVAILABLE', at)
    }
  }

  private async connect(): Promise<Admin> {
    const admin = this.kafka.admin()
    try {
      await admin.connect()
      return admin
    } catch (error) {
      this.connected = undefined
      throw error
    }
  }
}
