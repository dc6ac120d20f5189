import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { KafkaProducer, openKafkaProducer } from '../../src/broker/kafka/transact/kafka-producer'
import { produce } from '../../src/broker/kafka/requests/produce-v12'
import { createLogger } from '../../src/telemetry'
import { record } from '../contract/log-harness'
import { waitFor } from '../support/wait-for'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

/*
 * A produce request that was held up on its way and arrives when its transaction has ended and the producer's next one
 * is open (KAFKA-17754): what KIP-890 is for.
 */

const logger = createLogger({ level: 'silent', format: 'json' })
let stack: TestStack
let log: KafkaLog

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka'] })
  log = new KafkaLog({ brokers: stack.endpoints.kafka.brokers, clientId: 'late', logger })
}, 120_000)

afterAll(async () => {
  await log.close()
  await stack.stop()
}, 30_000)

const open = (id: string): Promise<KafkaProducer> =>
  openKafkaProducer({ brokers: stack.endpoints.kafka.brokers, clientId: 'late', logger }, id)

async function createTopic(name: string): Promise<void> {
  await log.admin.createTopics([{ name, partitions: 1, replicationFactor: 1, config: {} }])
}

/** With two transactions' markers between them, once these are written. */
async function keysIn(topic: string): Promise<readonly (string | undefined)[]> {
  const keys: (string | undefined)[] = []
  const high = await waitFor('the markers', async () => {
    const end = (await log.admin.offsets(topic)).get(0)?.high
    return end === 4n ? end : undefined
  })
  await log.readRange({ topic, partition: 0, from: 0n, to: high }, (records) => {
    keys.push(...records.map(({ key }) => key?.toString()))
    return Promise.resolve(true)
  })
  return keys
}

/** The second record of the transaction that is open now. */
function secondRequest({ identity }: KafkaProducer, topic: string) {
  const batch = { partition: 0, firstSequence: 1, messages: [record(topic, 0, 'late')] }
  return {
    ...identity,
    acks: -1,
    timeout: 1_000,
    topicData: [{ topic, partitions: [batch] }],
  }
}

test('a request that comes after its transaction is refused, and the next transaction is whole', async () => {
  const topic = 'second-version'
  await createTopic(topic)
  const producer = await open('second-version')
  const one = await producer.begin()
  await one.send([record(topic, 0, 'one')])
  const late = secondRequest(producer, topic)
  await one.commit()
  const two = await producer.begin()
  await two.send([record(topic, 0, 'two')])
  const leader = await producer.cluster.findBroker({ nodeId: '1' })
  const [answer] = await leader.ask(produce(late))
  await two.commit()
  await producer.close()
  expect(answer?.code).toBe(47) // INVALID_PRODUCER_EPOCH
  expect(await keysIn(topic)).toEqual(['one', 'two'])
})

test('in the first version such a request becomes part of the next transaction: the hole that is closed', async () => {
  const topic = 'first-version'
  await createTopic(topic)
  const opened = await open('first-version')
  const { cluster, coordinator, identity } = opened
  const producer = new KafkaProducer(cluster, coordinator, identity, 1)
  const one = await producer.begin()
  await one.send([record(topic, 0, 'one')])
  const late = secondRequest(producer, topic)
  await one.commit()
  const leader = await cluster.findBroker({ nodeId: '1' })
  const topics = [{ topic, partitions: [0] }]
  await coordinator.ask((broker) => broker.addPartitionsToTxn({ ...identity, topics }))
  await leader.produce(late)
  await coordinator.ask((broker) => broker.endTxn({ ...identity, transactionResult: true }))
  await producer.close()
  expect(await keysIn(topic)).toEqual(['one', 'late'])
})
