import { finalizedFeatures } from '../../../src/broker/kafka/requests/api-versions-v3'
import { endTxn } from '../../../src/broker/kafka/requests/end-txn-v5'
import { offsetFetch } from '../../../src/broker/kafka/requests/offset-fetch-v7'
import { produce } from '../../../src/broker/kafka/requests/produce-v12'
import type { ProtocolRequest } from '../../../src/broker/kafka/kafkajs/protocol-request'
import { txnOffsetCommit } from '../../../src/broker/kafka/requests/txn-offset-commit-v5'
import createRequest from '../../../src/broker/kafka/kafkajs/replacements/request'
import golden from '../../golden/kafka-4.3.1/golden.json'

/* Against the bytes of Kafka's own client: test/golden/kafka-4.3.1/Generate.java. */

const IDENTITY = {
  transactionalId: 'app.topic.3',
  producerId: '4611686018427387905',
  producerEpoch: 300,
}

const OFFSETS = {
  ...IDENTITY,
  groupId: 'app',
  topics: [
    { topic: 'topic', partitions: [{ partition: 3, offset: '9007199254740993', metadata: 'mü' }] },
  ],
}

const QUERY = { groupId: 'app', topic: 'topic', partition: 3 }

const message = (length: number) => ({
  key: 'key',
  value: 'v'.repeat(length),
  timestamp: 1_700_000_000_123n,
})
const PRODUCE = {
  ...IDENTITY,
  acks: -1,
  timeout: 10_000,
  topicData: [
    {
      topic: 'facts',
      partitions: [
        { partition: 0, firstSequence: 5, messages: [message(10)] },
        { partition: 2, firstSequence: 0, messages: [message(400)] },
      ],
    },
    {
      topic: 'changelog',
      partitions: [{ partition: 1, firstSequence: 2_147_483_647, messages: [message(1)] }],
    },
  ],
}

type Asked = Pick<ProtocolRequest<unknown>, 'request'>

async function bytesOf({ request }: Asked): Promise<string> {
  const { buffer } = await createRequest({ correlationId: 7, clientId: 'client', request })
  return buffer.subarray(4).toString('hex')
}

function answer<T>({ response }: ProtocolRequest<T>, hex: string) {
  const decoded = response.decode(Buffer.from(hex, 'hex').subarray(4))
  return { throttled: decoded.clientSideThrottleTime, body: response.parse(decoded) }
}

test.each([
  ['the features of the cluster', finalizedFeatures(), golden.apiVersionsRequest],
  ['the end of a transaction', endTxn(IDENTITY, true), golden.endTxnRequest],
  ['offsets of a transaction', txnOffsetCommit(OFFSETS), golden.txnOffsetCommitRequest],
  ['a question for a committed offset', offsetFetch(QUERY), golden.offsetFetchRequest],
  ['records of a transaction', produce(PRODUCE), golden.produceRequest],
])("a request with %s has the bytes of Kafka's own client", async (_, request: Asked, expected) => {
  expect(await bytesOf(request)).toBe(expected)
})

test('the finalized features are read, not those that are only supported', () => {
  const { body, throttled } = answer(finalizedFeatures(), golden.apiVersionsResponse)
  expect([...body]).toEqual([
    ['metadata.version', 29],
    ['transaction.version', 2],
  ])
  expect(throttled).toBe(12)
})

test('the end of a transaction tells the identity of the next', () => {
  expect(answer(endTxn(IDENTITY, true), golden.endTxnResponse)).toEqual({
    throttled: 11,
    body: { producerId: '4611686018427387906', producerEpoch: 0 },
  })
})

test('an end that is refused for a newer producer is an error that says so', () => {
  expect(() => answer(endTxn(IDENTITY, true), golden.endTxnRefused)).toThrow(
    expect.objectContaining({ name: 'KafkaJSProtocolError', type: 'PRODUCER_FENCED', code: 90 }),
  )
})

test('offsets that are taken are no error', () => {
  expect(answer(txnOffsetCommit(OFFSETS), golden.txnOffsetCommitResponse).throttled).toBe(13)
})

test('offsets of which one partition is refused are an error', () => {
  expect(() => answer(txnOffsetCommit(OFFSETS), golden.txnOffsetCommitRefused)).toThrow(
    expect.objectContaining({ type: 'CONCURRENT_TRANSACTIONS' }),
  )
})

test('a committed offset is read with its metadata', () => {
  expect(answer(offsetFetch(QUERY), golden.offsetFetchResponse)).toEqual({
    throttled: 15,
    body: { offset: 9_007_199_254_740_993n, metadata: 'mü' },
  })
})

test.each([
  ['that a transaction may change', golden.offsetFetchRefused, 'UNSTABLE_OFFSET_COMMIT'],
  ['of a group that is elsewhere', golden.offsetFetchFailed, 'NOT_COORDINATOR_FOR_GROUP'],
])('a committed offset %s is an error', (_, hex, type) => {
  expect(() => answer(offsetFetch(QUERY), hex)).toThrow(expect.objectContaining({ type }))
})

test('partitions that are produced to are answered for one by one', () => {
  expect(answer(produce(PRODUCE), golden.produceResponse)).toEqual({
    throttled: 14,
    body: [
      { topic: 'facts', partition: 0, code: 0, baseOffset: 9_007_199_254_740_993n },
      { topic: 'facts', partition: 2, code: 6, baseOffset: -1n },
      { topic: 'changelog', partition: 1, code: 51, baseOffset: -1n },
    ],
  })
})

test.each(Object.entries(golden).filter(([name]) => name.endsWith('Response')))(
  'a %s that is cut short is an error',
  (name, hex) => {
    const readers: Readonly<Record<string, (cut: string) => unknown>> = {
      apiVersionsResponse: (cut) => answer(finalizedFeatures(), cut),
      endTxnResponse: (cut) => answer(endTxn(IDENTITY, true), cut),
      txnOffsetCommitResponse: (cut) => answer(txnOffsetCommit(OFFSETS), cut),
      offsetFetchResponse: (cut) => answer(offsetFetch(QUERY), cut),
      produceResponse: (cut) => answer(produce(PRODUCE), cut),
    }
    for (let length = 8; length < hex.length; length += 2) {
      // Node's own class, which is not the one that jest's sandbox has.
      const cut = (): unknown => readers[name]?.(hex.slice(0, length))
      expect(cut).toThrow(expect.objectContaining({ name: 'RangeError' }))
    }
  },
)
