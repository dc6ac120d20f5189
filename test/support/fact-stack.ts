import { sampleConfig } from './sample-config'
import { provision } from '../../src/compose/provision'
import type { AppConfig } from '../../src/app/app-config'
import { facts } from '../../src/gen/messages'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { Admin } from '../../src/broker/kafka/kafkajs'
import type { TransactionalProducer } from '../../src/broker/ports'
import { createLogger } from '../../src/telemetry'
import { partitionFor } from '../../src/topology/partitioner'
import type { ProtobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { SchemaRegistry } from '../../src/protobuf/registry/registry'
import type { TestStack } from './stack'
import { startTestStack } from './stack'

const { Primary } = wildapp.primary.v1
type Primary = wildapp.primary.v1.Primary
const TOPIC = 'wildapp.primary.facts'

/** Kafka and the registry, and facts written to them by hand: a feed server needs no more. */
export class FactStack {
  private written = 0

  private constructor(
    readonly stack: TestStack,
    private readonly config: AppConfig,
    private readonly log: KafkaLog,
    private readonly producer: TransactionalProducer,
    private readonly serde: ProtobufSerde<Primary>,
  ) {}

  static async start(): Promise<FactStack> {
    const stack = await startTestStack({ services: ['kafka', 'registry'] })
    const env = { FACTS_HOME: stack.home, FACTS_LOG_LEVEL: 'silent' }
    const config = sampleConfig({ env })
    await provision(config, () => undefined)
    const { brokers } = config.kafka
    const log = new KafkaLog({ brokers, clientId: 'test', logger: createLogger(config.log) })
    const store = new SchemaRegistry(config.registry)
    const serde = protobufSerde({ topic: TOPIC, type: Primary, schemas, store })
    await serde.prepare()
    const producer = await log.producer('test')
    return new FactStack(stack, config, log, producer, serde)
  }

  /** Commits the fact, and gives its id. */
  async write(id: bigint, fields: Partial<Primary>): Promise<string> {
    this.written += 1
    const now = Date.now()
    const subject = id.toString()
    const header: facts.v1.Header = {
      id: `fact-${this.written}`,
      kind: facts.v1.Kind.KIND_UPDATED,
      subject,
      revision: BigInt(this.written),
      unavailable: [],
      movedFrom: '',
      movedTo: '',
      time: { seconds: BigInt(Math.floor(now / 1_000)), nanos: (now % 1_000) * 1_000_000 },
      source: null,
    }
    const key = Buffer.from(subject)
    const value = Buffer.from(this.serde.serialize({ ...fields, id, header }))
    const headers = {
      ce_time: new Date(now).toISOString(),
      ce_type: 'wildapp.primary.updated',
    }
    const partition = partitionFor(key, this.config.topics.partitions)
    const transaction = await this.producer.begin()
    await transaction.send([
      { topic: TOPIC, partition, key, value, timestamp: BigInt(now), headers },
    ])
    await transaction.commit()
    return header.id
  }

  /** Removes every record of the topic, and leaves its offsets as they are. */
  async empty(): Promise<void> {
    await this.asOperator(async (admin) => {
      const ends = await admin.fetchTopicOffsets(TOPIC)
      const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }))
      await admin.deleteTopicRecords({ topic: TOPIC, partitions })
    })
  }

  /** Deletes the topic and makes it again, without a record. */
  async recreate(): Promise<void> {
    await this.asOperator((admin) => admin.deleteTopics({ topics: [TOPIC] }))
    await provision(this.config, () => undefined)
  }

  private async asOperator(work: (admin: Admin) => Promise<void>): Promise<void> {
    const { kafka, log } = this.config
    const logger = createLogger(log)
    const admin = kafkaClient({ brokers: kafka.brokers, clientId: 'operator', logger }).admin()
    await admin.connect()
    try {
      await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

  async stop(): Promise<void> {
    await this.producer.close()
    await this.log.close()
    await this.stack.stop()
  }
}
