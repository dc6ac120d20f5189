import type { Coordinates, ErrorCode } from '../../../errors'
import { FactsError } from '../../../errors'
import type { CommittedOffset, LogAdmin, PartitionOffsets, TopicSpec } from '../../ports'
import { askAgain } from '../client/ask-again'
import { committedOffset } from './committed-offset'
import { Coordinator, GROUP } from '../client/coordinator'
import { fetchEnds } from '../read/fetch-ends'
import type { KafkaClientOptions } from '../client/kafka-client'
import { kafkaClient } from '../client/kafka-client'
import type { KafkaCluster } from '../client/kafka-cluster'
import { kafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import type { Admin, Kafka } from '../kafkajs'
import { ConfigResourceTypes } from '../kafkajs'
import { partitionCount } from './partition-count'
import { Sockets } from '../client/sockets'
import { topicMissing } from '../client/topic-missing'

const CREATE_DEADLINE_MS = 15_000

/** Errors that KafkaJS reports for all topics when only one has them. */
const MAY_CONCERN_ONE: ReadonlySet<ErrorCode> = new Set(['TOPIC_MISSING', 'NOT_AUTHORIZED'])

/** Admin requests, over connections that open with the first one. */
export class KafkaAdmin implements LogAdmin {
  private connected: Promise<Admin> | undefined

  private readonly sockets = new Sockets()
  private readonly kafka: Kafka
  private readonly cluster: KafkaCluster

  constructor(options: KafkaClientOptions) {
    this.kafka = kafkaClient(options, this.sockets)
    this.cluster = kafkaCluster(options)
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = await Promise.all(
      topics.map(async (topic) => [topic, await this.partitionCount(topic)] as const),
    )
    return new Map(counts.filter((entry): entry is [string, number] => entry[1] !== undefined))
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<readonly string[]> {
    const existing = await this.partitionCounts(topics.map((topic) => topic.name))
    const lacking = topics.filter((topic) => !existing.has(topic.name))
    if (lacking.length === 0) return []
    await this.ask(async (admin) =>
      admin.createTopics({
        // KafkaJS' own wait treats "not known yet", KRaft's first response, as a failure.
        waitForLeaders: false,
        topics: lacking.map(({ name, partitions, replicationFactor, config }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        })),
      }),
    )
    await this.waitUntilLed(lacking.map((topic) => topic.name))
    return lacking.map((topic) => topic.name)
  }

  async topicSetting(
    topics: readonly string[],
    name: string,
  ): Promise<ReadonlyMap<string, string>> {
    if (topics.length === 0) return new Map()
    try {
      return await this.settings(topics, name)
    } catch (error) {
      if (!(error instanceof FactsError) || !MAY_CONCERN_ONE.has(error.code)) throw error
      if (topics.length === 1) return new Map()
    }
    const each = await Promise.all(topics.map((topic) => this.topicSetting([topic], name)))
    return new Map(each.flatMap((values) => [...values]))
  }

  async offsets(topic: string): Promise<ReadonlyMap<number, PartitionOffsets>> {
    // The end offsets first: a first offset that advances concurrently never overtakes them.
    const [high, low] = await this.below({ topic }, async (cluster) => {
      const count = await partitionCount(cluster, topic)
      if (count === undefined) throw topicMissing(topic)
      await cluster.know([topic])
      // The known metadata may be minutes old: of before the topic was recreated, or had partitions added.
      if (cluster.findTopicPartitionMetadata(topic).length !== count)
        await cluster.refreshMetadata()
      return [
        (await fetchEnds(cluster, [topic], false)).get(topic),
        (await fetchEnds(cluster, [topic], true)).get(topic),
      ]
    })
    return new Map(
      [...(high ?? [])].map(([partition, end]) => [
        partition,
        { low: low?.get(partition) ?? 0n, high: end },
      ]),
    )
  }

  committed(
    groupId: string,
    topic: string,
    partition: number,
  ): Promise<CommittedOffset | undefined> {
    return this.below({ topic, partition }, (cluster) => {
      const coordinator = new Coordinator(cluster, { groupId, coordinatorType: GROUP })
      return committedOffset(coordinator, { groupId, topic, partition })
    })
  }

  async close(): Promise<void> {
    const admin = await this.connected?.catch(() => undefined)
    this.connected = undefined
    try {
      await Promise.all([admin?.disconnect(), this.cluster.disconnect()])
    } finally {
      this.sockets.close()
    }
  }

  /** Brokers learn one after the other that a topic exists and that they lead partitions of it, and reject records before. */
  private async waitUntilLed(topics: readonly string[]): Promise<void> {
    const deadline = Date.now() + CREATE_DEADLINE_MS
    for (const topic of topics) {
      while (!(await this.isLed(topic))) {
        if (Date.now() > deadline) {
          throw new FactsError(
            'TOPIC_MISSING',
            'The topic was created, but not all brokers have its metadata yet. Check that all of them run, and try again.',
            { topic },
          )
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  private async isLed(topic: string): Promise<boolean> {
    try {
      const known = await this.partitionCount(topic)
      // Only the leader of a partition has its end offset.
      return known !== undefined && (await this.offsets(topic)).size === known
    } catch (error) {
      if (!(error instanceof FactsError)) throw error
      if (error.remedy === 'retry' || error.code === 'TOPIC_MISSING') return false
      throw error
    }
  }

  private settings(topics: readonly string[], name: string): Promise<ReadonlyMap<string, string>> {
    return askAgain(this.cluster, async () => {
      const { resources } = await this.ask((admin) =>
        admin.describeConfigs({
          includeSynonyms: false,
          resources: topics.map((topic) => ({
            type: ConfigResourceTypes.TOPIC,
            name: topic,
            configNames: [name],
          })),
        }),
      )
      const values = new Map<string, string>()
      for (const { resourceName, configEntries } of resources) {
        const entry = configEntries.find(({ configName }) => configName === name)
        if (entry !== undefined) values.set(resourceName, entry.configValue)
      }
      return values
    })
  }

  private partitionCount(topic: string): Promise<number | undefined> {
    return this.below({ topic }, (cluster) => partitionCount(cluster, topic))
  }

  /** Requests that KafkaJS' admin handles badly use its internal cluster. */
  private async below<T>(
    at: Coordinates,
    question: (cluster: KafkaCluster) => Promise<T>,
  ): Promise<T> {
    try {
      await this.cluster.connect()
      return await question(this.cluster)
    } catch (error) {
      throw translateKafkaError(error, 'BROKER_UNAVAILABLE', at)
    }
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await question(await (this.connected ??= this.connect()))
    } catch (error) {
      throw translateKafkaError(error, 'BROKER_UNAVAILABLE')
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
