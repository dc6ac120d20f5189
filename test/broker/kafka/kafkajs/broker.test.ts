import type OriginalBroker from 'kafkajs/src/broker'
import { lookup } from 'kafkajs/src/protocol/requests'
import { FetchSize } from '../../../../src/broker/kafka/kafkajs/fetch-size'
import Broker from '../../../../src/broker/kafka/kafkajs/replacements/broker'

const KIB = 1_024
const MIB = 1_024 * KIB
const WANTED = 8 * MIB

test('what a fetch asks for grows with full answers that come fast, up to what is wanted', () => {
  const size = new FetchSize()
  const asked = [1, 2, 3, 4, 5].map(() => {
    const bytes = size.within(WANTED)
    size.came(() => bytes, 20, WANTED)
    return bytes / MIB
  })
  expect(asked).toEqual([1, 2, 4, 8, 8])
})

test('answers that are not full tell nothing of the network', () => {
  const size = new FetchSize()
  for (let count = 0; count < 5; count += 1) size.came(() => 10 * KIB, 1, WANTED)
  expect(size.within(WANTED)).toBe(MIB)
})

test('a fetch that took long is followed by smaller ones, and never by one of nothing', () => {
  const size = new FetchSize()
  for (let count = 0; count < 3; count += 1) size.came(() => WANTED, 20, WANTED)
  size.came(() => WANTED, 20_000, WANTED)
  expect(size.within(WANTED)).toBe(MIB)
  size.came(() => MIB, 4_000, WANTED)
  expect(size.within(WANTED)).toBe(512 * KIB)
  for (let count = 0; count < 20; count += 1) size.failed()
  expect(size.within(WANTED)).toBe(64 * KIB)
})

test('one that took neither long nor short is followed by one like it', () => {
  const size = new FetchSize()
  size.came(() => MIB, 2_000, WANTED)
  expect(size.within(WANTED)).toBe(MIB)
})

describe('a fetch of a broker', () => {
  const asked: OriginalBroker.FetchRequest[] = []
  let failing = false
  let bytes: Readonly<Record<string, number>> = {}

  const fetchedFrom = (topic: string, partition: number): OriginalBroker.FetchResponse => {
    const message = { key: null, value: Buffer.alloc(bytes[`${topic}/${partition}`] ?? 0) }
    return { responses: [{ topicName: topic, partitions: [{ partition, messages: [message] }] }] }
  }
  const broker = (): Broker => {
    const namespace = (): object => ({})
    const send = (request: OriginalBroker.FetchRequest): Promise<OriginalBroker.FetchResponse> => {
      asked.push(request)
      if (failing) return Promise.reject(new Error('timed out'))
      const all = request.topics.flatMap(({ topic, partitions }) =>
        partitions.flatMap(({ partition }) => fetchedFrom(topic, partition).responses),
      )
      return Promise.resolve({ responses: all })
    }
    const connectionPool = { connectionTimeout: 1, host: 'localhost', port: 1, send }
    const made = new Broker({ connectionPool, logger: { namespace } })
    const known = lookup({ 1: { maxVersion: 11 } })
    return Object.assign(made, {
      lookupRequest: (apiKey: number, definition: object) => (fields: object) => {
        expect(known(apiKey, definition)(fields)).toMatchObject({ request: { apiName: 'Fetch' } })
        return fields
      },
    })
  }
  const topics = [
    { topic: 'a', partitions: [{ partition: 0 }, { partition: 1 }] },
    { topic: 'b', partitions: [{ partition: 0 }] },
  ]
  beforeEach(() => {
    asked.length = 0
    failing = false
    bytes = {}
  })

  test('is held to that size, which a failed one makes smaller', async () => {
    bytes = { 'a/0': MIB }
    const one = broker()
    await one.fetch({ maxBytes: WANTED, topics })
    await one.fetch({ maxBytes: 100, topics })
    failing = true
    await expect(one.fetch({ maxBytes: WANTED, topics })).rejects.toThrow('timed out')
    await expect(one.fetch({ maxBytes: WANTED, topics })).rejects.toThrow('timed out')
    expect(asked.map(({ maxBytes }) => maxBytes)).toEqual([MIB, 100, 2 * MIB, MIB])
  })

  test('asks first for the partitions that have brought the least lately', async () => {
    bytes = { 'a/0': 1_000, 'a/1': 10, 'b/0': 100 }
    const one = broker()
    await one.fetch({ maxBytes: WANTED, topics })
    await one.fetch({ maxBytes: WANTED, topics })
    expect(asked[1]?.topics).toEqual([
      { topic: 'a', partitions: [{ partition: 1 }] },
      { topic: 'b', partitions: [{ partition: 0 }] },
      { topic: 'a', partitions: [{ partition: 0 }] },
    ])
  })
})
