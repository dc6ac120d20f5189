import { KafkaLog } from '../../src/log/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
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
