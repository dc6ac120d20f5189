import type Cluster from 'kafkajs/src/cluster'
import { Coordinator, TRANSACTION } from '../../../src/broker/kafka/client/coordinator'
import { KafkaProducer } from '../../../src/broker/kafka/transact/kafka-producer'
import type { ProtocolRequest } from '../../../src/broker/kafka/kafkajs/protocol-request'
import { transactionVersion } from '../../../src/broker/kafka/transact/transaction-version'
import type { ProducerTransaction } from '../../../src/broker/ports'
import type { OutputRecord } from '../../../src/topology/record'
import { waitFor } from '../../support/wait-for'
import { FakeCluster, ProtocolError } from './fake-cluster'
import type { ProduceFields } from './request-fields'

/* The protocol of KIP-890. */

const IDENTITY = { transactionalId: 'id', producerId: '7', producerEpoch: 4 }
const OFFSETS = [{ topic: 'in', partition: 0, offset: 1n, metadata: 'm' }]

function record(topic: string, partition: number): OutputRecord {
  return { topic, partition, key: null, value: Buffer.from('v'), timestamp: 1n, headers: {} }
}

function producerOf({ cluster }: FakeCluster): KafkaProducer {
  const coordinator = new Coordinator(cluster, { groupId: 'id', coordinatorType: TRANSACTION })
  return new KafkaProducer(cluster, coordinator, IDENTITY, 2)
}

const stepsOf = (fake: FakeCluster): readonly string[] => fake.requests.map(({ step }) => step)

const batchesOf = (fake: FakeCluster) =>
  fake.asked('Produce').map(({ fields }) => (fields as ProduceFields).batches)

test('a transaction is one request for records, one for offsets and one for its end', async () => {
  const fake = new FakeCluster()
  const transaction = await producerOf(fake).begin()
  const appended = await transaction.send([record('a', 0), record('b', 1), record('a', 0)])
  await transaction.commitOffsets('group', OFFSETS)
  await transaction.commit()
  expect(stepsOf(fake)).toEqual(['Produce', 'TxnOffsetCommit', 'EndTxn'])
  expect(appended).toEqual([
    { topic: 'a', partition: 0, end: 2n },
    { topic: 'b', partition: 1, end: 1n },
  ])
  expect(fake.asked('EndTxn')[0]?.fields).toMatchObject({ producerEpoch: 4, isCommitted: true })
})

test('each transaction has the epoch that the end of the last one returned, and counts from zero', async () => {
  const fake = new FakeCluster()
  const producer = producerOf(fake)
  for (let round = 0; round < 2; round += 1) {
    const transaction = await producer.begin()
    await transaction.send([record('a', 0)])
    await transaction.send([record('a', 0)])
    await transaction.commit()
  }
  const seen = batchesOf(fake).flat()
  expect(seen.map(({ producerEpoch, firstSequence }) => [producerEpoch, firstSequence])).toEqual([
    [4, 0],
    [4, 1],
    [5, 0],
    [5, 1],
  ])
})

test('an abort begins a new epoch too', async () => {
  const fake = new FakeCluster()
  const producer = producerOf(fake)
  const aborted = await producer.begin()
  await aborted.send([record('a', 0)])
  await aborted.abort()
  await (await producer.begin()).send([record('a', 0)])
  expect(fake.asked('EndTxn')[0]?.fields).toMatchObject({ isCommitted: false })
  expect(batchesOf(fake).flat()[1]).toMatchObject({ producerEpoch: 5, firstSequence: 0 })
})

test.each([
  ['markers are pending', 51],
  ['the coordinator cannot be reached', 19],
])('what a leader refuses because %s is asked again, and nothing else', async (_, code) => {
  const fake = new FakeCluster()
  fake.codes.set('a/1', [code, code])
  const transaction = await producerOf(fake).begin()
  const appended = await transaction.send([record('a', 0), record('a', 1), record('a', 1)])
  expect(batchesOf(fake).map((batches) => batches.map(({ partition }) => partition))).toEqual([
    [0, 1],
    [1],
    [1],
  ])
  expect(
    batchesOf(fake)
      .flat()
      .map(({ firstSequence }) => firstSequence),
  ).toEqual([0, 0, 0, 0])
  expect(appended).toEqual([
    { topic: 'a', partition: 0, end: 1n },
    { topic: 'a', partition: 1, end: 2n },
  ])
})

test('a permanent error of a leader is not retried, with any other error beside it', async () => {
  const fake = new FakeCluster()
  fake.codes.set('a/0', [51])
  fake.codes.set('a/1', [47])
  const transaction = await producerOf(fake).begin()
  await expect(transaction.send([record('a', 0), record('a', 1)])).rejects.toMatchObject({
    code: 'PRODUCER_FENCED',
  })
  expect(fake.asked('Produce')).toHaveLength(1)
})

test('a request that is not answered is not sent again', async () => {
  const fake = new FakeCluster().failing('Produce', new ProtocolError('REQUEST_TIMED_OUT'))
  const transaction = await producerOf(fake).begin()
  await expect(transaction.send([record('a', 0)])).rejects.toMatchObject({
    code: 'TRANSACTION_UNKNOWN',
  })
  expect(fake.asked('Produce')).toHaveLength(1)
})

test('a partition that its topic no longer has halts, where one without a leader is waited for', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, undefined)
  fake.leaders.set(2, undefined)
  const codes = [1, 2].map(async (partition) => {
    const transaction = await producerOf(fake).begin()
    await expect(transaction.send([record('a', 0), record('a', partition)])).rejects.toMatchObject({
      code: partition === 1 ? 'BROKER_UNAVAILABLE' : 'PARTITIONS_CHANGED',
      coordinates: { topic: 'a', partition },
    })
  })
  await Promise.all(codes)
  expect(fake.requests).toEqual([])
})

test('offsets that are refused for a moment are sent again', async () => {
  const fake = new FakeCluster().failing(
    'TxnOffsetCommit',
    new ProtocolError('CONCURRENT_TRANSACTIONS'),
  )
  const transaction = await producerOf(fake).begin()
  await transaction.commitOffsets('group', OFFSETS)
  expect(fake.asked('TxnOffsetCommit')).toHaveLength(2)
})

test('a transaction in which nothing was done ends without a request', async () => {
  const fake = new FakeCluster()
  const producer = producerOf(fake)
  await (await producer.begin()).commit()
  await (await producer.begin()).abort()
  expect(fake.requests).toEqual([])
})

test.each([
  ['records', (transaction: ProducerTransaction) => transaction.send([record('a', 0)])],
  ['offsets', (transaction: ProducerTransaction) => transaction.commitOffsets('group', OFFSETS)],
])(
  '%s of the next transaction wait until the markers of the last are likely written',
  async (_, step) => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] })
    try {
      const fake = new FakeCluster()
      const producer = producerOf(fake)
      const last = await producer.begin()
      await last.send([record('a', 0)])
      await last.commit()
      const sent = step(await producer.begin())
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      expect(fake.requests).toHaveLength(2)
      await jest.advanceTimersByTimeAsync(2)
      await sent
      expect(fake.requests).toHaveLength(3)
    } finally {
      jest.useRealTimers()
    }
  },
)

/** Holds produce requests back until they are let go, by broker. */
function holdProduce(fake: FakeCluster) {
  const { cluster } = fake
  const held: { readonly nodeId: string; readonly letGo: () => void }[] = []
  const findBroker = cluster.findBroker.bind(cluster)
  const brokers = new Map<string, Cluster.Broker>()
  cluster.findBroker = async ({ nodeId }) => {
    const known = brokers.get(nodeId)
    if (known !== undefined) return known
    const broker = await findBroker({ nodeId })
    const ask = broker.ask.bind(broker)
    broker.ask = async (request) => {
      await new Promise<void>((letGo) => held.push({ nodeId, letGo }))
      return ask(request)
    }
    brokers.set(nodeId, broker)
    return broker
  }
  const coordinator = new Coordinator(cluster, { groupId: 'id', coordinatorType: TRANSACTION })
  return { held, producer: new KafkaProducer(cluster, coordinator, IDENTITY, 2) }
}

test('leaders of what is new are asked one after the other, of what is known together', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, '2')
  const { held, producer } = holdProduce(fake)
  const transaction = await producer.begin()
  const both = [record('a', 0), record('a', 1)]
  const first = transaction.send(both)
  await waitFor('the first request', () => held.length > 0)
  await new Promise(setImmediate)
  expect(held.map(({ nodeId }) => nodeId)).toEqual(['1'])
  held[0]?.letGo()
  await waitFor('the second request', () => held.length > 1)
  held[1]?.letGo()
  await first
  const second = transaction.send(both)
  await waitFor('both requests at once', () => held.length === 4)
  for (const { letGo } of held.slice(2)) letGo()
  await second
})

const brokerWith = (newest: number, features: readonly [string, number][]) => ({
  newestVersion: () => newest,
  ask: <T>({ response }: Pick<ProtocolRequest<T>, 'response'>): Promise<T> =>
    Promise.resolve(response.parse({ body: new Map(features) as T, clientSideThrottleTime: 0 })),
})

test.each([
  ['2 where the cluster has agreed on it', brokerWith(4, [['transaction.version', 2]]), 2],
  ['1 where the cluster is at that', brokerWith(4, [['transaction.version', 1]]), 1],
  ['0 where the feature is unknown', brokerWith(3, [['metadata.version', 20]]), 0],
  ['0 where brokers tell no features', brokerWith(2, [['transaction.version', 2]]), 0],
])('the version of transactions is %s', async (_, broker, expected) => {
  expect(await transactionVersion(broker as never)).toBe(expected)
})
