import type { InputBatch } from '../../../src/broker/ports'
import { FactsError } from '../../../src/errors'
import { waitWithHeartbeats, whileAlive } from '../../../src/runtime/task/group-heartbeats'
import { stillOwned } from '../../../src/runtime/task/rebalance'

function batchOf(heartbeat: () => Promise<void>): InputBatch {
  return { heartbeat } as InputBatch
}
const lost = new FactsError('PARTITION_LOST', 'The group has continued.')

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

test('work that takes longer than a session keeps the membership alive until it is done', async () => {
  const heartbeat = jest.fn(() => Promise.resolve())
  let finish: (value: string) => void = () => undefined
  const work = whileAlive(batchOf(heartbeat), new Promise<string>((resolve) => (finish = resolve)))
  await jest.advanceTimersByTimeAsync(10_000)
  expect(heartbeat).toHaveBeenCalledTimes(10)
  finish('done')
  expect(await work).toBe('done')
  await jest.advanceTimersByTimeAsync(10_000)
  expect(heartbeat).toHaveBeenCalledTimes(10)
})

test('work that fails ends the heartbeats too', async () => {
  const heartbeat = jest.fn(() => Promise.resolve())
  await expect(whileAlive(batchOf(heartbeat), Promise.reject(lost))).rejects.toBe(lost)
  await jest.advanceTimersByTimeAsync(10_000)
  expect(heartbeat).not.toHaveBeenCalled()
})

test('the end of a membership during the work is detected by the work itself', async () => {
  const heartbeat = jest.fn(() => Promise.reject(lost))
  let finish: (value: string) => void = () => undefined
  const work = whileAlive(batchOf(heartbeat), new Promise<string>((resolve) => (finish = resolve)))
  await jest.advanceTimersByTimeAsync(3_000)
  finish('done')
  expect(await work).toBe('done')
  expect(heartbeat).toHaveBeenCalledTimes(3)
})

test('a wait ends at once when the membership does', async () => {
  const heartbeat = jest.fn(() => Promise.reject(lost))
  const waiting = waitWithHeartbeats(5_000, batchOf(heartbeat))
  const seen = expect(waiting).rejects.toBe(lost)
  await jest.advanceTimersByTimeAsync(500)
  await seen
  expect(heartbeat).toHaveBeenCalledTimes(1)
})

test('a rebalance waits for the batch in progress, a lost partition does not', async () => {
  const rebalancing = new FactsError('GROUP_REBALANCING', 'The group is rebalancing.')
  await expect(stillOwned(batchOf(() => Promise.reject(rebalancing)))).resolves.toBeUndefined()
  await expect(stillOwned(batchOf(() => Promise.reject(lost)))).rejects.toBe(lost)
})
