import type Cluster from 'kafkajs/src/cluster'
import { Coordinator, TRANSACTION } from '../../../src/broker/kafka/client/coordinator'
import { KafkaProducer } from '../../../src/broker/kafka/transact/kafka-producer'
import { Sequences } from '../../../src/broker/kafka/transact/partition-batches'
import type { OutputRecord } from '../../../src/topology/record'
import { FakeCluster, ProtocolError } from './fake-cluster'

const IDENTITY = { transactionalId: 'id', producerId: '7', producerEpoch: 0 }

function record(topic: string, partition: number): OutputRecord {
  return { topic, partition, key: null, value: Buffer.from('v'), timestamp: 1n, headers: {} }
}

function producerOf(fake: FakeCluster): KafkaProducer {
  const query = { groupId: 'id', coordinatorType: TRANSACTION }
  return new KafkaProducer(fake.cluster, new Coordinator(fake.cluster, query), IDENTITY, 1)
}

const begin = (fake: FakeCluster) => producerOf(fake).begin()

test('one send to several partitions of a broker is one request, after one that adds them', async () => {
  const fake = new FakeCluster()
  const transaction = await begin(fake)
  await transaction.send([record('a', 0), record('b', 1), record('a', 2), record('a', 0)])
  expect(fake.requests.map(({ step }) => step)).toEqual(['addPartitionsToTxn', 'produce'])
  expect(fake.asked('addPartitionsToTxn')[0]?.fields).toMatchObject({
    topics: [
      { topic: 'a', partitions: [0, 2] },
      { topic: 'b', partitions: [1] },
    ],
  })
})

test('a partition is added once to a transaction, and again to the next', async () => {
  const fake = new FakeCluster()
  const producer = producerOf(fake)
  for (let round = 0; round < 2; round += 1) {
    const transaction = await producer.begin()
    await transaction.send([record('a', 0)])
    await transaction.send([record('a', 0)])
    await transaction.commit()
  }
  expect(fake.asked('addPartitionsToTxn')).toHaveLength(2)
})

test('a producer has settled when the pause after its last transaction is over', async () => {
  jest.useFakeTimers()
  try {
    const fake = new FakeCluster()
    const producer = producerOf(fake)
    const transaction = await producer.begin()
    await transaction.send([record('a', 0)])
    await transaction.commit()
    const since = performance.now()
    const settled = producer.settled()
    await jest.runAllTimersAsync()
    await settled
    expect(performance.now() - since).toBe(2)
  } finally {
    jest.useRealTimers()
  }
})

test('a send to partitions of several leaders is one request to each', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, '2')
  const transaction = await begin(fake)
  const appended = await transaction.send([record('a', 0), record('a', 1), record('a', 1)])
  expect(fake.asked('produce').map(({ nodeId }) => nodeId)).toEqual(['1', '2'])
  expect(appended).toEqual([
    { topic: 'a', partition: 0, end: 1n },
    { topic: 'a', partition: 1, end: 2n },
  ])
})

test('when all partitions are refused for the fault of one, that one is named', async () => {
  const missing = new ProtocolError('TOPIC_AUTHORIZATION_FAILED')
  const notAttempted = new ProtocolError('OPERATION_NOT_ATTEMPTED')
  const fake = new FakeCluster().failing('addPartitionsToTxn', notAttempted, missing)
  const transaction = await begin(fake)
  await expect(transaction.send([record('a', 0), record('b', 0)])).rejects.toMatchObject({
    code: 'NOT_AUTHORIZED',
  })
})

test('sequence numbers continue over sends and transactions', async () => {
  const fake = new FakeCluster()
  const transaction = await begin(fake)
  await transaction.send([record('a', 0), record('a', 0)])
  await transaction.send([record('a', 0), record('a', 1)])
  const sequences = fake
    .asked('produce')
    .map(({ fields }) =>
      (fields as Cluster.ProduceRequest).topicData.flatMap(({ partitions }) =>
        partitions.map(({ firstSequence }) => firstSequence),
      ),
    )
  expect(sequences).toEqual([[0], [2, 0]])
})

test('a send that fails is not repeated', async () => {
  const fake = new FakeCluster().failing('produce', new ProtocolError('NOT_LEADER_FOR_PARTITION'))
  const transaction = await begin(fake)
  await expect(transaction.send([record('a', 0)])).rejects.toMatchObject({
    code: 'TRANSACTION_UNKNOWN',
  })
  expect(fake.asked('produce')).toHaveLength(1)
})

test('a send fails only when no request of it is on its way any more', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, '2')
  let answerLate: (error: Error) => void = () => undefined
  const late = new Promise<never>((_, reject) => (answerLate = reject))
  const { cluster } = fake
  const broker = await cluster.findBroker({ nodeId: '1' })
  cluster.findBroker = ({ nodeId }) =>
    Promise.resolve({ ...broker, produce: () => (nodeId === '1' ? failed : late) })
  const failed = Promise.reject(new ProtocolError('NOT_ENOUGH_REPLICAS'))
  failed.catch(() => undefined)
  const query = { groupId: 'id', coordinatorType: TRANSACTION }
  const producer = new KafkaProducer(cluster, new Coordinator(cluster, query), IDENTITY, 1)
  let isSettled = false
  const sending = (await producer.begin())
    .send([record('a', 0), record('a', 1)])
    .finally(() => (isSettled = true))
  sending.catch(() => undefined)
  await new Promise(setImmediate)
  expect(isSettled).toBe(false)
  answerLate(new Error('too late'))
  await expect(sending).rejects.toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
})

test('a leader that does not know the partition yet ends the transaction, not the pipeline', async () => {
  const fake = new FakeCluster().failing('produce', new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION'))
  const transaction = await begin(fake)
  await expect(transaction.send([record('a', 0)])).rejects.toMatchObject({
    code: 'TRANSACTION_UNKNOWN',
  })
})

test('a partition without a leader fails the send before anything is produced', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, undefined)
  const transaction = await begin(fake)
  await expect(transaction.send([record('a', 0), record('a', 1)])).rejects.toMatchObject({
    code: 'BROKER_UNAVAILABLE',
    coordinates: { topic: 'a', partition: 1 },
  })
  expect(fake.asked('produce')).toHaveLength(0)
})

test('a transaction in which nothing was done ends without a request', async () => {
  const fake = new FakeCluster()
  await (await begin(fake)).commit()
  await (await begin(fake)).abort()
  expect(fake.requests).toEqual([])
})

test('a transaction that holds offsets only is ended', async () => {
  const fake = new FakeCluster()
  const transaction = await begin(fake)
  await transaction.commitOffsets('group', [
    { topic: 'a', partition: 0, offset: 1n, metadata: 'm' },
  ])
  await transaction.commit()
  expect(fake.requests.map(({ step }) => step)).toEqual([
    'addOffsetsToTxn',
    'txnOffsetCommit',
    'endTxn',
  ])
})

test.each([
  [2 ** 31 - 2, 1, 2 ** 31 - 1],
  [2 ** 31 - 1, 1, 0],
  [2 ** 31 - 6, 10, 4],
])('from sequence number %d, %d records on, is %d', (from, count, expected) => {
  const sequences = new Sequences()
  sequences.take('t', 0, from)
  expect(sequences.take('t', 0, count)).toBe(from)
  expect(sequences.take('t', 0, 1)).toBe(expected)
})
