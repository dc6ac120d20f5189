import { Coordinator, TRANSACTION } from '../../../src/broker/kafka/client/coordinator'
import { FakeCluster, ProtocolError } from './fake-cluster'

const QUERY = { groupId: 'id', coordinatorType: TRANSACTION }
const END = {
  transactionalId: 'id',
  producerId: '7',
  producerEpoch: 0,
  transactionResult: true,
}

function coordinatorOf(fake: FakeCluster) {
  const coordinator = new Coordinator(fake.cluster, QUERY)
  return { end: () => coordinator.ask((broker) => broker.endTxn(END)) }
}

test.each([
  'CONCURRENT_TRANSACTIONS',
  'UNSTABLE_OFFSET_COMMIT',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'UNKNOWN_TOPIC_OR_PARTITION',
])('a step that is refused with %s is asked again', async (type) => {
  const refusals = [new ProtocolError(type), new ProtocolError(type)]
  const fake = new FakeCluster().failing('endTxn', ...refusals)
  await coordinatorOf(fake).end()
  expect(fake.asked('endTxn')).toHaveLength(3)
})

test.each([
  ['a lost connection', new Error('Closed connection')],
  ['a fenced producer', new ProtocolError('INVALID_PRODUCER_EPOCH')],
])(
  'a step that is answered with %s is asked once, and the error passes through',
  async (_, error) => {
    const fake = new FakeCluster().failing('endTxn', error)
    await expect(coordinatorOf(fake).end()).rejects.toBe(error)
    expect(fake.asked('endTxn')).toHaveLength(1)
  },
)

test('a refusal that does not end fails with the last of them as the cause', async () => {
  const refusal = new ProtocolError('CONCURRENT_TRANSACTIONS')
  const fake = new FakeCluster().failing('endTxn', ...Array<Error>(100).fill(refusal))
  jest.useFakeTimers()
  try {
    const failure = coordinatorOf(fake)
      .end()
      .catch((error: unknown) => error)
    await jest.runAllTimersAsync()
    expect(await failure).toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded', cause: refusal })
  } finally {
    jest.useRealTimers()
  }
})

test('a coordinator is looked for once', async () => {
  const fake = new FakeCluster()
  const { end } = coordinatorOf(fake)
  await end()
  await end()
  expect(fake.found).toEqual([QUERY])
})

test.each(['CONCURRENT_TRANSACTIONS', 'UNSTABLE_OFFSET_COMMIT'])(
  'a coordinator that only waits (%s) is asked again itself',
  async (type) => {
    const fake = new FakeCluster().failing('endTxn', new ProtocolError(type))
    await coordinatorOf(fake).end()
    expect(fake.found).toHaveLength(1)
  },
)

test.each([
  ['it is not the coordinator any more', new ProtocolError('NOT_COORDINATOR_FOR_GROUP')],
  ['its connection was lost', new Error('Closed connection')],
])('a coordinator is looked for again when %s', async (_, error) => {
  const fake = new FakeCluster().failing('endTxn', error)
  const { end } = coordinatorOf(fake)
  await end().catch(end)
  expect(fake.found).toHaveLength(2)
})

test('a coordinator is looked for again when it is no longer connected', async () => {
  const fake = new FakeCluster()
  const { end } = coordinatorOf(fake)
  await end()
  fake.isConnected = false
  await end()
  expect(fake.found).toHaveLength(2)
})
