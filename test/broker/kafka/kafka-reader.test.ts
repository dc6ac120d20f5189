import { KafkaReader } from '../../../src/broker/kafka/read/kafka-reader'
import { createLogger } from '../../../src/telemetry'

test('a reader that waits for Kafka ends when it is stopped', async () => {
  const logger = createLogger({ level: 'silent', format: 'json' })
  // Nothing listens there: it would try for half a minute.
  const reader = new KafkaReader({ brokers: ['127.0.0.1:1'], clientId: 'test', logger }, ['topic'])
  const started = reader.start(() => undefined).catch((error: unknown) => error)
  await reader.stop()
  expect(await started).toMatchObject({ code: 'BROKER_UNAVAILABLE' })
}, 10_000)
