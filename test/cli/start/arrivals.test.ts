import { Arrivals } from '../../../src/cli/start/arrivals'
import type { Pair } from '../../../src/observe/watch/pairing'

const change = {} as NonNullable<Pair['change']>
const fact = {} as NonNullable<Pair['fact']>

test('nothing is waited for where nothing was seeded', async () => {
  await new Arrivals().of(0)
})

test('facts that were seen before the number of rows was known count', async () => {
  const arrivals = new Arrivals()
  arrivals.add({ change, fact })
  const all = arrivals.of(2)
  arrivals.add({ change, fact })
  await all
  expect(arrivals.seen).toBe(2)
})

test('what is missing names the log in which its cause is', () => {
  const arrivals = new Arrivals()
  void arrivals.of(2)
  arrivals.add({ change, fact })
  expect(arrivals.missing('/home')).toBe(
    'Only 1 of 2 seeded rows were seen as facts; the others did not reach Kafka: see /home/logs/connect.log and "facts doctor"',
  )
  arrivals.add({ change, fact: undefined })
  expect(arrivals.missing('/home')).toContain('/home/logs/pipeline.log')
})
