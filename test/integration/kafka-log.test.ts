import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { Admin } from '../../src/broker/kafka/kafkajs'
import { createLogger } from '../../src/telemetry'
import { ConfigResourceTypes, Kafka, logLevel } from '../../src/broker/kafka/kafkajs'
import { describeChangingTopics } from '../contract/changing-topics-contract'
import { describeLogContract } from '../contract/log-contract'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

const logger = createLogger({ level: 'silent', format: 'json' })
let stack: TestStack
let first: KafkaLog
let second: KafkaLog

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka'] })
  const { brokers } = stack.endpoints.kafka
  first = new KafkaLog({ brokers, clientId: 'first', logger })
  second = new KafkaLog({ brokers, clientId: 'second', logger })
}, 120_000)

afterAll(async () => {
  await Promise.all([first.close(), second.close()])
  await stack.stop()
}, 30_000)

describeLogContract('Kafka', () => ({ first, second }))

describeChangingTopics('Kafka', () => ({
  first,
  second,
  addPartitions: (topic, count) =>
    withAdmin(async (admin) => {
      await admin.createPartitions({ topicPartitions: [{ topic, count }] })
    }),
  deleteTopic: (topic) =>
    withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [topic] })
    }),
  compact: () => withAdmin(hurryCleaner),
}))

async function withAdmin(work: (admin: Admin) => Promise<void>): Promise<void> {
  const { brokers } = stack.endpoints.kafka
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}

let isHurried = false

/** It waits for 15 seconds between two looks otherwise. */
async function hurryCleaner(admin: Admin): Promise<void> {
  if (isHurried) return
  isHurried = true
  const configEntries = [{ name: 'log.cleaner.backoff.ms', value: '50' }]
  const { brokers } = await admin.describeCluster()
  const resources = brokers.map(({ nodeId }) => ({
    type: ConfigResourceTypes.BROKER,
    name: String(nodeId),
    configEntries,
  }))
  await admin.alterConfigs({ validateOnly: false, resources })
}

test('a committed offset is not returned while a transaction has another one, nor the previous one after its commit', async () => {
  const { admin } = second
  const topic = 'held'
  await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1, config: {} }])
  const producer = await first.producer('holder')
  expect(await admin.committed('group', topic, 0)).toBeUndefined()
  for (let offset = 1n; offset <= 20n; offset += 1n) {
    const transaction = await producer.begin()
    await transaction.commitOffsets('group', [{ topic, partition: 0, offset, metadata: '' }])
    let isAnswered = false
    const committed = admin.committed('group', topic, 0).finally(() => (isAnswered = true))
    // To the same broker over the same connection, so the first was answered before.
    await admin.committed('another group', topic, 0)
    const wasAnswered = isAnswered
    await transaction.commit()
    expect(wasAnswered).toBe(false)
    expect((await committed)?.offset).toBe(offset)
    expect((await admin.committed('group', topic, 0))?.offset).toBe(offset)
  }
  await producer.close()
})

test('a consumer of which a topic stays deleted gives up, instead of waiting in silence with the others', async () => {
  const topics = ['consumed', 'deleted']
  await second.admin.createTopics(
    topics.map((name) => ({ name, partitions: 1, replicationFactor: 1, config: {} })),
  )
  let joined: () => void = () => undefined
  const assigned = new Promise<void>((resolve) => (joined = resolve))
  let crashed: (error: unknown) => void = () => undefined
  const crash = new Promise((resolve) => (crashed = resolve))
  const consumer = second.groupConsumer({
    groupId: 'left',
    topics: topics.map((topic) => [topic]),
    concurrency: 1,
    onAssignment: () => joined(),
    onCrash: (error) => crashed(error),
  })
  try {
    await consumer.start(() => Promise.resolve({ kind: 'done' }))
    await assigned
    await withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: ['deleted'] })
    })
    expect(await crash).toMatchObject({ code: 'TOPIC_MISSING' })
  } finally {
    await consumer.stop()
  }
}, 120_000)
