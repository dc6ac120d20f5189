import fc from 'fast-check'
import originalRequest from 'kafkajs/src/protocol/requests/produce/v3/request'
import { CompressionTypes } from '../../../../src/broker/kafka/kafkajs'
import type { FetchedMessages } from '../../../../src/broker/kafka/kafkajs/record-batch-reader'
import type { ProducedMessage } from '../../../../src/broker/kafka/kafkajs/record-writer'
import { readRecordBatches } from '../../../../src/broker/kafka/kafkajs/record-batch-reader'
import produceRequest from '../../../../src/broker/kafka/kafkajs/replacements/produce-request'
import { anyContent } from './generated'

const EPOCH = 1_700_000_000_000
/** Same number of digits: KafkaJS takes the smallest and the largest from a sort as text. */
const timestamp = fc
  .oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -(2 ** 39), max: 2 ** 39 }))
  .map((delta) => String(EPOCH + delta))

const messages = fc
  .array(fc.tuple(anyContent, timestamp), { minLength: 1, maxLength: 70 })
  .map((all) => all.map(([content, at]) => ({ ...content, timestamp: at })))

const anyRequest = fc.record({
  acks: fc.constantFrom(-1, 0, 1),
  timeout: fc.nat(),
  transactionalId: fc.constantFrom(null, undefined, 'transactional id ü'),
  producerId: fc.oneof(fc.constant(-1), fc.bigInt(0n, 2n ** 63n - 1n).map(String)),
  producerEpoch: fc.integer({ min: 0, max: 2 ** 15 - 1 }),
  compression: fc.constantFrom(CompressionTypes.None, CompressionTypes.GZIP),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1 }),
      partitions: fc.array(
        fc.record({ partition: fc.nat(), firstSequence: fc.nat(2 ** 31 - 1), messages }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

test('a produce request has the bytes that KafkaJS gives it', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      const ours = await produceRequest(request).encode()
      const original = await originalRequest(request).encode()
      expect(ours.buffer.equals(original.buffer)).toBe(true)
      expect(ours.size()).toBe(original.size())
    }),
    { numRuns: 150 },
  )
})

test.each([63, 64, 8_191, 8_192, 2 ** 20 - 40, 2 ** 20 - 1, 2 ** 20])(
  'a value of %d bytes, where lengths grow by a byte, has the bytes that KafkaJS gives it',
  async (length) => {
    const messages = [{ value: Buffer.alloc(length, 'v'), timestamp: String(EPOCH) }]
    const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
    const request = { acks: 1, timeout: 1, topicData }
    const [ours, original] = [produceRequest(request), originalRequest(request)]
    expect((await ours.encode()).buffer.equals((await original.encode()).buffer)).toBe(true)
  },
)

test('without a producer and a timestamp the request has the bytes that KafkaJS gives it', async () => {
  jest.useFakeTimers({ now: EPOCH })
  try {
    const topicData = [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: 'v' }] }] }]
    const request = { acks: 1, timeout: 1, topicData }
    const ours = await produceRequest(request).encode()
    expect(ours.buffer).toEqual((await originalRequest(request).encode()).buffer)
  } finally {
    jest.useRealTimers()
  }
})

test('nothing is expected back exactly when no acknowledgement is asked for', () => {
  const request = { timeout: 1, topicData: [] }
  expect(produceRequest({ ...request, acks: 0 }).expectResponse()).toBe(false)
  expect(produceRequest({ ...request, acks: -1 }).expectResponse()).toBe(true)
})

/** What a reader finds of one partition's messages. */
async function sent(...all: readonly ProducedMessage[]): Promise<FetchedMessages> {
  const partitions = [{ partition: 0, messages: all }]
  const topicData = [{ topic: 't', partitions }]
  const { buffer } = await produceRequest({ acks: -1, timeout: 1, topicData }).encode()
  // transactional id, acks, timeout, topics, topic, partitions, partition, size
  return readRecordBatches(buffer.subarray(2 + 2 + 4 + 4 + 3 + 4 + 4 + 4))
}

test('first and maximal timestamp are numbers, not text; KafkaJS writes 1000 before 999', async () => {
  const [message] = await sent({ value: 'a', timestamp: '1000' }, { value: 'b', timestamp: '999' })
  expect(message!.batchContext).toMatchObject({ firstTimestamp: '999', maxTimestamp: '1000' })
})

test('a message without a timestamp counts for the maximal timestamp', async () => {
  const before = Date.now()
  const [old, now] = await sent({ value: 'old', timestamp: '1000' }, { value: 'now' })
  expect(old!.timestamp).toBe('1000')
  expect(Number(now!.timestamp)).toBeGreaterThanOrEqual(before)
  expect(now!.batchContext.maxTimestamp).toBe(now!.timestamp)
})

test.each([0, 1, -1, EPOCH, 2 ** 52 - 1])('the timestamp %d arrives, as any type', async (at) => {
  const all = await sent(
    ...[at, String(at), BigInt(at)].map((it) => ({ value: '', timestamp: it })),
  )
  expect(all.map((it) => it.timestampValue)).toEqual([at, at, at])
})

test.each(['yesterday', 1.5, -2, Number.NaN, 2 ** 52])(
  'the timestamp %p is refused',
  async (at) => {
    await expect(sent({ value: '', timestamp: at })).rejects.toThrow(
      /timestamp must be milliseconds since the epoch/,
    )
  },
)

test('a header with the value null arrives, one with undefined is left out', async () => {
  const [message] = await sent({ value: '', headers: { a: null, b: undefined, c: ['1', null] } })
  expect(message!.headers).toEqual({ a: null, c: [Buffer.from('1'), null] })
})

test('bytes that are no Buffer arrive as bytes; KafkaJS writes them as text', async () => {
  const [message] = await sent({ key: new Uint8Array([1, 2]), value: new Uint8Array([3]) })
  expect(message!.key).toEqual(Buffer.from([1, 2]))
  expect(message!.value).toEqual(Buffer.from([3]))
})

test('what is neither bytes nor text is refused', async () => {
  const value = 42 as unknown as string
  await expect(sent({ value })).rejects.toThrow(/must be a Buffer, a string or null, not number/)
})
