import OriginalBroker from 'kafkajs/src/broker'
import { FetchSize } from '../../../../src/log/kafka/kafkajs/fetch-size'
import Broker from '../../../../src/log/kafka/kafkajs/replacements/broker'

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

test("a broker's fetches are held to that size, which a failed one makes smaller", async () => {
  const asked: number[] = []
  const message = { key: null, value: Buffer.alloc(MIB) }
  const response = { responses: [{ partitions: [{ messages: [message] }] }] }
  let failing = false
  const original = jest.spyOn(OriginalBroker.prototype, 'fetch').mockImplementation((request) => {
    asked.push(request.maxBytes)
    return failing ? Promise.reject(new Error('timed out')) : Promise.resolve(response)
  })
  const namespace = (): object => ({})
  const connectionPool = { connectionTimeout: 1, host: 'localhost', port: 1 }
  const broker = new Broker({ connectionPool, logger: { namespace } })
  expect(await broker.fetch({ maxBytes: WANTED })).toBe(response)
  await broker.fetch({ maxBytes: 100 })
  failing = true
  await expect(broker.fetch({ maxBytes: WANTED })).rejects.toThrow('timed out')
  await expect(broker.fetch({ maxBytes: WANTED })).rejects.toThrow('timed out')
  expect(asked).toEqual([MIB, 100, 2 * MIB, MIB])
  original.mockRestore()
})
