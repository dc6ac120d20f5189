import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
import { Kafka, logLevel } from '../../src/broker/kafka/kafkajs'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

const TOPIC = 'trimmed'
const GROUP = 'reader'

let stack: TestStack
let log: KafkaLog

beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka'] })
  const { brokers } = stack.endpoints.kafka
  log = new KafkaLog({
    brokers,
    clientId: 'test',
    logger: createLogger({ level: 'silent', format: 'json' }),
  })
}, 180_000)
afterAll(async () => {
  await log.close()
  await stack.stop()
}, 30_000)

test('a group whose offset was deleted from the log stops and says so, and its offset stays where it was', async () => {
  await log.admin.createTopics([{ name: TOPIC, partitions: 1, replicationFactor: 1, config: {} }])
  const producer = await log.producer('writer')
  const transaction = await producer.begin()
  const record = {
    topic: TOPIC,
    partition: 0,
    key: null,
    value: Buffer.from('x'),
    timestamp: 1n,
    headers: {},
  }
  await transaction.send(Array.from({ length: 10 }, () => record))
  await transaction.commitOffsets(GROUP, [{ topic: TOPIC, partition: 0, offset: 2n, metadata: '' }])
  await transaction.commit()
  await producer.close()
  const admin = new Kafka({
    brokers: [...stack.endpoints.kafka.brokers],
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  await waitFor(
    'the commit to show',
    async () => (await log.admin.offsets(TOPIC)).get(0)?.high === 11n,
  )
  // Loads the metadata that the next call needs.
  await admin.fetchTopicOffsets(TOPIC)
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '5' }] })
  await admin.disconnect()

  const crashes: unknown[] = []
  const handled: bigint[] = []
  const consumer = log.groupConsumer({
    groupId: GROUP,
    topics: [[TOPIC]],
    concurrency: 1,
    onCrash: (error) => crashes.push(error),
    onAssignment: () => undefined,
  })
  await consumer.start((batch) => {
    handled.push(batch.fetchOffset)
    return Promise.resolve({ kind: 'done' })
  })
  await waitFor('the crash', () => crashes.length > 0)
  await consumer.stop()
  expect(crashes).toMatchObject([{ code: 'OFFSET_OUT_OF_RANGE', remedy: 'halt' }])
  expect(handled).toEqual([])
  expect(await log.admin.committed(GROUP, TOPIC, 0)).toMatchObject({ offset: 2n })
})
