import type { PartitionOffsets, TopicSpec } from '../src/broker/ports'
import type { KafkaClientOptions } from '../src/broker/kafka/client/kafka-client'
import { kafkaClient } from '../src/broker/kafka/client/kafka-client'
import { KafkaLog } from '../src/broker/kafka/kafka-log'
import type { Admin, Kafka } from '../src/broker/kafka/kafkajs'
import { toFactsError } from '../src/errors'
import { createLogger } from '../src/telemetry'
import { until } from './until'

const DEADLINE = 30_000

/** What the benchmark asks of the broker, beside what the product does. */
export class Cluster {
  readonly client: KafkaClientOptions
  readonly kafka: Kafka
  log: KafkaLog
  private readonly admin: Admin

  constructor(readonly brokers: readonly string[]) {
    const logger = createLogger({ level: 'silent', format: 'json' })
    this.client = { brokers, clientId: 'bench', logger }
    this.kafka = kafkaClient(this.client)
    this.log = new KafkaLog(this.client)
    this.admin = this.kafka.admin()
  }

  connect(): Promise<void> {
    return this.admin.connect()
  }

  async close(): Promise<void> {
    await this.log.close()
    await this.admin.disconnect()
  }

  /** Deletes those that exist and recreates them, empty. */
  async recreate(specs: readonly TopicSpec[]): Promise<void> {
    const names = specs.map(({ name }) => name)
    await this.remove(names)
    await this.log.admin.createTopics(specs)
    await until(`leaders of ${names.join(', ')}`, DEADLINE, () => this.haveLeaders(names))
  }

  async remove(names: readonly string[]): Promise<void> {
    const known = [...(await this.log.admin.partitionCounts(names)).keys()]
    if (known.length === 0) return
    await this.admin.deleteTopics({ topics: known })
    await until(`deletion of ${known.join(', ')}`, DEADLINE, async () => {
      return (await this.log.admin.partitionCounts(known)).size === 0
    })
    // A KafkaJS client keeps requesting every topic it was ever asked about, and fails when one was deleted.
    await this.log.close()
    this.log = new KafkaLog(this.client)
  }

  /** A broker knows a new topic a moment before it leads its partitions. */
  private async haveLeaders(topics: readonly string[]): Promise<boolean> {
    try {
      await Promise.all(topics.map((topic) => this.ends(topic)))
      return true
    } catch (error) {
      const { code, remedy } = toFactsError(error)
      if (remedy === 'retry' || code === 'TOPIC_MISSING') return false
      throw error
    }
  }

  ends(topic: string): Promise<ReadonlyMap<number, PartitionOffsets>> {
    return this.log.admin.offsets(topic)
  }

  /** Sum over the partitions of where committed readers have got to, control records included. */
  async visible(topic: string): Promise<number> {
    let sum = 0
    for (const { low, high } of (await this.ends(topic)).values()) sum += Number(high - low)
    return sum
  }

  /** Sum over the partitions of the group's committed offsets. */
  async committed(groupId: string, topic: string): Promise<number> {
    const [answer] = await this.admin.fetchOffsets({ groupId, topics: [topic] })
    let sum = 0
    for (const { offset } of answer?.partitions ?? []) sum += Math.max(0, Number(offset))
    return sum
  }
}
