import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KafkaAdmin } from '../../src/broker/kafka/admin/kafka-admin'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import { ConfigResourceTypes } from '../../src/broker/kafka/kafkajs'
import { checkKafka } from '../../src/cli/doctor/check-kafka'
import { checkTopicSizes } from '../../src/cli/doctor/check-topic-sizes'
import type { Stack } from '../../src/dev-stack/stack'
import { startStack } from '../../src/dev-stack/start-stack'
import { createLogger } from '../../src/telemetry'
import { sampleConfig } from '../support/sample-config'

jest.setTimeout(180_000)

const home = mkdtempSync(join(tmpdir(), 'facts-test-'))
let stack: Stack | undefined

afterEach(() => stack?.stop())
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('topics with another partition count than configured are a warning', async () => {
  stack = await startStack({ home, services: ['kafka'] })
  const brokers = stack.endpoints.kafka?.brokers ?? []
  const logger = createLogger({ level: 'silent', format: 'json' })
  const admin = new KafkaAdmin({ brokers, clientId: 'test', logger })
  const topic = { replicationFactor: 1, config: {} }
  await admin.createTopics([
    { name: 'monolith.public.a', partitions: 3, ...topic },
    { name: 'monolith.transaction', partitions: 1, ...topic },
  ])
  await admin.close()
  const asked = { kafka: { brokers: [...brokers] }, prefix: 'monolith', partitions: 6 }
  const [cluster, topics] = await checkKafka({ ...asked, declared: new Map() })
  expect(cluster).toMatchObject({ status: 'ok' })
  expect(topics).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/^monolith\.public\.a has 3 partitions/) as string,
  })
  const declared = new Map([['monolith.public.a', 3]])
  const [, same] = await checkKafka({ ...asked, declared })
  expect(same).toMatchObject({ status: 'ok' })

  const config = sampleConfig({ env: { FACTS_HOME: home, FACTS_LOG_LEVEL: 'silent' } })
  const small = { name: 'wildapp.dead-letters', partitions: 1, replicationFactor: 1 }
  const sizes = new KafkaAdmin({ brokers, clientId: 'test', logger })
  await sizes.createTopics([{ ...small, config: { 'max.message.bytes': '1048588' } }])
  await sizes.close()
  const [finding] = await checkTopicSizes(config)
  expect(finding).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(
      /^the topic wildapp.dead-letters accepts 1048588 bytes, topics.maxMessageBytes is 16777216/,
    ) as string,
  })
  await alterTopic(brokers, finding?.remedy ?? '')
  await expect(checkTopicSizes(config)).resolves.toMatchObject([{ status: 'ok' }])
})

/** What kafka-configs.sh does with the arguments that a remedy names. */
async function alterTopic(brokers: readonly string[], remedy: string): Promise<void> {
  const [, topic, name, value] =
    /--alter --entity-type topics --entity-name (\S+) --add-config (\S+)=(\S+)$/.exec(remedy) ?? []
  if (topic === undefined || name === undefined || value === undefined) throw new Error(remedy)
  const logger = createLogger({ level: 'silent', format: 'json' })
  const admin = kafkaClient({ brokers, clientId: 'test', logger }).admin()
  await admin.connect()
  const change = { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] }
  await admin.alterConfigs({ validateOnly: false, resources: [change] })
  await admin.disconnect()
}
