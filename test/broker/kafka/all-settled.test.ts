import { allSettled } from '../../../src/broker/kafka/client/all-settled'

test('gives what all resolve with, in their order', async () => {
  expect(await allSettled([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2])
})

test('tells a failure when the others have ended too', async () => {
  const ended: string[] = []
  let end: () => void = () => undefined
  const slow = new Promise<void>((resolve) => (end = resolve)).then(() => void ended.push('slow'))
  const all = allSettled([Promise.reject(new Error('fast')), slow]).catch((error: unknown) => {
    ended.push((error as Error).message)
  })
  await new Promise(setImmediate)
  end()
  await all
  expect(ended).toEqual(['slow', 'fast'])
})
