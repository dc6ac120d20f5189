import { randomUUID } from 'node:crypto'
import type { Admin, EachBatchPayload } from '../../src/broker/kafka/kafkajs'
import {
  CompressionTypes,
  ConfigResourceTypes,
  FetchedMessage,
  Kafka,
  logLevel,
} from '../../src/broker/kafka/kafkajs'
import type { ProducedMessage } from '../../src/broker/kafka/kafkajs/record-writer'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/* The replacements of KafkaJS internals against a real broker, which checks each batch before it appends it. */
jest.setTimeout(60_000)

let stack: TestStack
let kafka: Kafka
let admin: Admin

beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka'] })
  kafka = new Kafka({ brokers: [...stack.endpoints.kafka.brokers], logLevel: logLevel.NOTHING })
  admin = kafka.admin()
  await admin.connect()
}, 120_000)

afterAll(async () => {
  await admin.disconnect()
  await stack.stop()
}, 30_000)

async function createTopic(config: Readonly<Record<string, string>> = {}): Promise<string> {
  const topic = `kafkajs-${randomUUID()}`
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  // KafkaJS's own wait takes "not known yet", which KRaft answers at first, for a failure.
  const waitForLeaders = false
  await admin.createTopics({ waitForLeaders, topics: [{ topic, numPartitions: 1, configEntries }] })
  await waitFor('the topic to be known', () =>
    admin.fetchTopicOffsets(topic).then(
      () => true,
      () => false,
    ),
  )
  return topic
}

/** Sends in one transaction, in as many requests as there are lists. */
async function sendInTransaction(
  topic: string,
  compression: CompressionTypes,
  ...requests: readonly (readonly ProducedMessage[])[]
): Promise<void> {
  const producer = kafka.producer({ transactionalId: randomUUID(), maxInFlightRequests: 1 })
  await producer.connect()
  try {
    const transaction = await producer.transaction()
    for (const messages of requests) {
      await transaction.send({ topic, compression, messages: messages as never })
    }
    await transaction.commit()
  } finally {
    await producer.disconnect()
  }
}

/** Reads from the beginning until an offset is passed; gives the messages and how many batches KafkaJS made of them. */
async function readPast(
  topic: string,
  offset: bigint,
  maxBytesPerPartition = 1_048_576,
): Promise<{ messages: FetchedMessage[]; batches: number }> {
  const groupId = randomUUID()
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, maxBytesPerPartition })
  const messages: FetchedMessage[] = []
  let batches = 0
  let position = 0n
  consumer.on('consumer.end_batch_process', ({ payload }) => {
    batches += 1
    position = BigInt(payload.lastOffset) + 1n
  })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }: EachBatchPayload) => {
        messages.push(...batch.messages.filter((it) => it instanceof FetchedMessage))
        return Promise.resolve()
      },
    })
    await waitFor('the end of the topic', () => position > offset)
  } finally {
    await consumer.disconnect()
  }
  return { messages, batches }
}

/** As text, which jest compares much faster than bytes. */
const text = (value: Uint8Array | string | null | undefined): string | null =>
  value === null || value === undefined ? null : Buffer.from(value as string).toString('latin1')

test.each([
  ['plain', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP],
])('what is produced is what is consumed: %s', async (_name, compression) => {
  const now = Date.now()
  const special: ProducedMessage[] = [
    { key: 'key', value: 'välue', timestamp: String(now) },
    { key: null, value: null, timestamp: now + 1 },
    { key: Buffer.alloc(0), value: '', timestamp: String(now - 86_400_000) },
    { key: 'k', value: Buffer.alloc(200_000, 7), timestamp: String(now) },
    {
      key: 'k',
      value: 'v',
      timestamp: String(now),
      headers: { one: '1', none: null, empty: '', many: ['a', Buffer.from('b'), null] },
    },
  ]
  const plain = Array.from({ length: 3_000 }, (_, index): ProducedMessage => {
    return { key: String(index), value: `value ${index}`, timestamp: String(now + index) }
  })
  const topic = await createTopic()
  await sendInTransaction(topic, compression, special, plain)
  const sent = [...special, ...plain]
  const { messages } = await readPast(topic, BigInt(sent.length - 1))
  expect(messages.map((it) => text(it.key))).toEqual(sent.map((it) => text(it.key)))
  expect(messages.map((it) => text(it.value))).toEqual(sent.map((it) => text(it.value)))
  expect(messages.map((it) => it.timestamp)).toEqual(sent.map((it) => String(it.timestamp)))
  expect(messages.map((it) => it.offset)).toEqual(sent.map((_, index) => String(index)))
  expect(messages[4]!.headers).toEqual({
    one: Buffer.from('1'),
    none: null,
    empty: Buffer.alloc(0),
    many: [Buffer.from('a'), Buffer.from('b'), null],
  })
})

test('what compaction removed at the end of a batch is passed over at once', async () => {
  const { brokers } = await admin.describeCluster()
  await admin.alterConfigs({
    validateOnly: false,
    resources: brokers.map(({ nodeId }) => ({
      type: ConfigResourceTypes.BROKER,
      name: String(nodeId),
      configEntries: [{ name: 'log.cleaner.backoff.ms', value: '100' }],
    })),
  })
  const topic = await createTopic({
    'cleanup.policy': 'compact',
    'min.cleanable.dirty.ratio': '0',
    'max.compaction.lag.ms': '1',
    'segment.ms': '1',
  })
  const hot = { key: 'hot', value: 'v' }
  const messages = [{ key: 'kept', value: 'v' }, ...Array<typeof hot>(1_000).fill(hot)]
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages })
  // Only a segment that is not written to any more is compacted, and a segment ends when something is appended.
  const compacted = await waitFor(
    'the cleaner',
    async () => {
      const [appended] = await producer.send({ topic, messages: [hot] })
      // So few bytes that the broker gives one batch for each fetch: the compacted one comes alone.
      const read = await readPast(topic, BigInt(appended!.baseOffset!), 1)
      return read.messages[1]!.offsetBigInt > 1_000n ? read : undefined
    },
    50_000,
  )
  await producer.disconnect()
  expect(compacted.messages[0]).toMatchObject({ offset: '0', key: Buffer.from('kept') })
  expect(compacted.batches).toBeLessThan(100)
})
