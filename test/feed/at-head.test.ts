import { atHead } from '../../src/feed/at-head'

test('R27: a server waits until its feeds stand at the head before it can be reached', async () => {
  let asked = 0
  const head = (): Promise<[]> => {
    asked += 1
    return asked < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve([])
  }
  await atHead({ head }, 60_000)
  expect(asked).toBe(3)
})

test('R27: a head that does not answer is waited for no longer than said', async () => {
  const began = Date.now()
  await atHead({ head: () => new Promise(() => undefined) }, 200)
  expect(Date.now() - began).toBeGreaterThanOrEqual(195)
})
