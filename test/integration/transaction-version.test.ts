import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
import { describeLogContract } from '../contract/log-contract'
import { record } from '../contract/log-harness'
import { kafkaTools } from '../support/kafka-tools'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

/* A cluster that goes back to the first version of transactions, as one does that is upgraded and set back. */

const logger = createLogger({ level: 'silent', format: 'json' })
const TOPIC = 'kept'
let stack: TestStack
let first: KafkaLog
let second: KafkaLog
const versions: unknown[] = []
const keys: (string | undefined)[] = []

jest.setTimeout(60_000)

async function setVersion(step: 'upgrade' | 'downgrade', level: number): Promise<void> {
  const { java, classPath } = await kafkaTools()
  const args = [
    '-cp',
    classPath,
    'org.apache.kafka.tools.FeatureCommand',
    '--bootstrap-server',
    stack.endpoints.kafka.brokers.join(','),
    step,
    '--feature',
    `transaction.version=${level}`,
  ]
  await promisify(execFile)(java, args, { timeout: 60_000 })
}

async function openAndCommit(log: KafkaLog, id: string, key: string) {
  const producer = await log.producer(id)
  versions.push((producer as unknown as { readonly version: number }).version)
  const commit = async (name: string): Promise<void> => {
    const transaction = await producer.begin()
    await transaction.send([record(TOPIC, 0, name)])
    await transaction.commitOffsets('group', [
      { topic: TOPIC, partition: 0, offset: 1n, metadata: name },
    ])
    await transaction.commit()
  }
  await commit(key)
  return { producer, commit }
}

beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka'] })
  const { brokers } = stack.endpoints.kafka
  first = new KafkaLog({ brokers, clientId: 'first', logger })
  second = new KafkaLog({ brokers, clientId: 'second', logger })
  await first.admin.createTopics([{ name: TOPIC, partitions: 1, replicationFactor: 1, config: {} }])
  const running = await openAndCommit(first, 'id', 'before')
  await setVersion('downgrade', 1)
  await running.commit('between')
  const successor = await openAndCommit(second, 'id', 'after')
  await Promise.all([running.producer.close(), successor.producer.close()])
  const range = { topic: TOPIC, partition: 0, from: 0n, to: 5n }
  await first.readRange(range, (records) => {
    keys.push(...records.map(({ key }) => key?.toString()))
    return Promise.resolve(true)
  })
}, 120_000)

afterAll(async () => {
  await Promise.all([first.close(), second.close()])
  await stack.stop()
}, 30_000)

test('a producer takes the version that the cluster has agreed on when it is opened', () => {
  expect(versions).toEqual([2, 1])
})

test('a producer that is open when the cluster is downgraded continues, and its successor too', () => {
  expect(keys).toEqual(['before', 'between', 'after'])
})

describeLogContract('Kafka with the first version of transactions', () => ({ first, second }))
