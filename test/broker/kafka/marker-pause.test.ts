import { MarkerPause } from '../../../src/broker/kafka/transact/marker-pause'

beforeEach(() => {
  jest.useFakeTimers()
})

afterEach(() => {
  jest.useRealTimers()
})

const lasting = (milliseconds: number) => () =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Milliseconds until the pause is over. */
async function left(pause: MarkerPause): Promise<number> {
  const since = performance.now()
  const over = pause.over()
  await jest.runAllTimersAsync()
  await over
  return Math.round(performance.now() - since)
}

test('before the first transaction there is no pause', async () => {
  expect(await left(new MarkerPause())).toBe(0)
})

test.each([
  [0, 2],
  [3, 8],
  [8_000, 20],
])('an end that takes %d ms is followed by a pause of %d ms', async (took, expected) => {
  const pause = new MarkerPause()
  const ended = pause.after(lasting(took))
  await jest.advanceTimersByTimeAsync(took)
  await ended
  expect(await left(pause)).toBe(expected)
})

test('time that has passed since the end counts', async () => {
  const pause = new MarkerPause()
  const ended = pause.after(lasting(3))
  await jest.advanceTimersByTimeAsync(3)
  await ended
  await jest.advanceTimersByTimeAsync(6)
  expect(await left(pause)).toBe(2)
})

test('an end that fails passes its error on', async () => {
  const refused = new Error('refused')
  await expect(new MarkerPause().after(() => Promise.reject(refused))).rejects.toBe(refused)
})
