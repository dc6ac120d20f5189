import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import { CHANGELOG, ToyWorld } from '../support/toy-app'
import { INPUT, OUTPUT } from '../support/toy-topology'
import { waitFor } from '../support/wait-for'

/*
 * What brokers do while the pipeline runs: leaders move, changelogs are compacted.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

test('leaders that move cost a transaction that is redone, and no output is lost or made twice', async () => {
  await world.start()
  for (let round = 1; round <= 3; round += 1) {
    world.write(INPUT, ...KEYS.map((key) => `${key}=count`))
    await world.outputs(KEYS.length * round)
    for (const topic of [OUTPUT, CHANGELOG]) {
      for (const partition of [0, 1, 2]) world.broker.moveLeader(topic, partition)
    }
  }
  world.write(INPUT, ...KEYS.map((key) => `${key}=count`))
  const wanted = [1, 2, 3, 4].flatMap((n) => KEYS.map((key) => `${key}=count#${n}`))
  await world.outputs(wanted.length)
  await world.settled()
  expect([...world.output()].sort()).toEqual(wanted.sort())
  const restored = await world.metrics.restores.get()
  expect(restored.values.some(({ labels }) => labels.code === 'TRANSACTION_UNKNOWN')).toBe(true)
})

test('state is restored from a changelog that was compacted, without the keys that were removed', async () => {
  world.write(INPUT, 'a=count', 'a=count', 'b=count', 'b=forget')
  const first = await world.start()
  await world.settled()
  await first.stop()
  world.broker.compact(CHANGELOG)
  const left = world.read(CHANGELOG).map(({ key }) => String(key))
  expect(left.filter((key) => !key.startsWith('\u0000'))).toEqual(['a'])
  world.write(INPUT, 'a=count', 'b=count')
  await world.start(world.log(), new MemoryBackend())
  await waitFor('the counts', () => world.output().length === 6)
  expect([...world.output()].sort().slice(0, 5)).toEqual([
    'a=count#1',
    'a=count#2',
    'a=count#3',
    'b=count#1',
    'b=count#1',
  ])
})
