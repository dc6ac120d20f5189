import OriginalRequestQueue from 'kafkajs/src/network/requestQueue'
import RequestQueue from '../../../../src/broker/kafka/kafkajs/replacements/request-queue'

const silent = { debug: () => undefined, warn: () => undefined }
const options = { requestTimeout: 30_000, clientId: 'test', broker: 'broker', logger: silent }

/** A request that notes when it is sent. */
function request(correlationId: number, sent: number[]) {
  const ignore = (): void => undefined
  return {
    entry: { correlationId, resolve: ignore, reject: ignore },
    expectResponse: true,
    sendRequest: () => sent.push(correlationId),
  }
}

const answer = (correlationId: number) => ({ correlationId, payload: Buffer.alloc(0), size: 0 })

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

test('an idle connection has no timer; KafkaJS wakes up each millisecond', () => {
  const ours = new RequestQueue(options)
  ours.push(request(1, []))
  ours.fulfillRequest(answer(1))
  expect(jest.getTimerCount()).toBe(0)

  const original = new OriginalRequestQueue(options)
  original.push(request(1, []))
  original.fulfillRequest(answer(1))
  expect(jest.getTimerCount()).toBe(1)
})

test('a request that comes while the broker throttles is sent when the throttling ends', () => {
  const sent: number[] = []
  const queue = new RequestQueue(options)
  queue.maybeThrottle(500)
  queue.push(request(1, sent))
  jest.advanceTimersByTime(499)
  expect(sent).toEqual([])
  jest.advanceTimersByTime(1)
  expect(sent).toEqual([1])
  expect(jest.getTimerCount()).toBe(0)
})

test('throttling that is extended while a request waits is kept', () => {
  const sent: number[] = []
  const queue = new RequestQueue(options)
  queue.maybeThrottle(100)
  queue.push(request(1, sent))
  queue.maybeThrottle(500)
  jest.advanceTimersByTime(499)
  expect(sent).toEqual([])
  jest.advanceTimersByTime(1)
  expect(sent).toEqual([1])
})

test('requests over the limit in flight are sent in order as answers come', () => {
  const sent: number[] = []
  const queue = new RequestQueue({ ...options, maxInFlightRequests: 1 })
  for (const id of [1, 2, 3]) queue.push(request(id, sent))
  expect(sent).toEqual([1])
  queue.fulfillRequest(answer(1))
  expect(sent).toEqual([1, 2])
  queue.fulfillRequest(answer(2))
  queue.fulfillRequest(answer(3))
  expect(sent).toEqual([1, 2, 3])
  jest.runAllTimers()
  expect(jest.getTimerCount()).toBe(0)
})

test('a queue that is destroyed while a request waits leaves no timer', () => {
  const queue = new RequestQueue(options)
  queue.maybeThrottle(500)
  queue.push(request(1, []))
  queue.destroy()
  expect(jest.getTimerCount()).toBe(0)
})
