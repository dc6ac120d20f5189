import { replayKeys } from '../../../src/cli/dead-letters/replay-keys'
import type { ReplayRequest } from '../../../src/runtime/dead-letters/dead-letter-queue'
import type { WaitingKey } from '../../../src/runtime/dead-letters/waiting-key'
import { repaired, parkedIn, queueOf } from '../../support/parked-keys'
import { ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

let world: ToyWorld
let said: string[]
beforeEach(() => {
  world = new ToyWorld()
  said = []
})
afterEach(() => world.stop())

const options = { say: (line: string) => void said.push(line), pollMs: 5 }
const waiting = (): Promise<readonly WaitingKey[]> => queueOf(world).waiting()
const fixed = (keys: readonly WaitingKey[]): readonly ReplayRequest[] =>
  keys.map((one) => ({ waiting: repaired(one) }))

test('a key whose replay has ended is reported as resumed', async () => {
  world.write(INPUT, 'a=bad', 'a=2')
  await world.start()
  await world.settled()
  expect(await replayKeys(queueOf(world), fixed(await waiting()), options)).toBe(0)
  expect(said.join()).toMatch(/a.* resumed: 2 changes processed/)
  expect(world.output()).toEqual(['a=1', 'a=2'])
})

test('a key that fails again is said to wait, with the cause', async () => {
  world.write(INPUT, 'a=bad', 'a=2', 'b=bad')
  await world.start()
  await world.settled()
  const [a, b] = await waiting()
  const requests = [...fixed(a === undefined ? [] : [a]), ...(b ? [{ waiting: b }] : [])]
  expect(await replayKeys(queueOf(world), requests, options)).toBe(1)
  expect(said.join('\n')).toMatch(
    /still parked with \d changes?: .*ENVELOPE_INVALID.* not an envelope/,
  )
})

test('a pipeline that is not running is said to take the replay in later', async () => {
  world.write(INPUT, 'a=bad')
  const app = await world.start()
  await world.settled()
  await app.stop()
  const left = await replayKeys(queueOf(world), fixed(await waiting()), {
    ...options,
    deadlineMs: 20,
  })
  expect(left).toBe(1)
  expect(said.join()).toContain('processes it when it runs')
  await world.start()
  await waitFor('the key to resume', () => world.output().includes('a=1'))
})

test('changes that came since and do not follow by themselves are replayed in another turn', async () => {
  world.write(INPUT, 'a=bad')
  await world.start()
  await world.settled()
  const seen = await waiting()
  world.write(INPUT, 'a=2')
  await waitFor('it to wait', () => parkedIn(world, 'a')?.count === 2)
  // The pipeline does not find where to look for them.
  const requests = fixed(seen).map(({ waiting: one }) => {
    const letters = one.letters.map((it) => ({ ...it, letter: { partition: 99, offset: 0n } }))
    return { waiting: { ...one, letters } }
  })
  expect(await replayKeys(queueOf(world), requests, options)).toBe(0)
  expect(world.output()).toEqual(['a=1', 'a=2'])
})

test('keys whose dead letters are lost are named, and the others replayed', async () => {
  world.write(INPUT, 'a=bad', 'b=bad', 'b=2')
  await world.start()
  await world.settled()
  const keys = await waiting()
  const requests = keys.map((one) =>
    String(one.key) === 'b' ? { waiting: { ...one, letters: [] } } : { waiting: repaired(one) },
  )
  expect(await replayKeys(queueOf(world), requests, options)).toBe(1)
  expect(said.join('\n')).toMatch(
    /b.* still parked with 2 changes: some of its dead letters are lost/,
  )
  expect(world.output()).toEqual(['a=1'])
})

test('10,000 keys are listed, replayed and dropped in seconds, with their progress', async () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}`)
  for (let at = 0; at < keys.length; at += 10_000) {
    world.write(INPUT, ...keys.slice(at, at + 10_000).map((key) => `${key}=bad`))
  }
  await world.start()
  await world.settled(60_000)
  const started = Date.now()
  const { waiting: found } = await queueOf(world).overview()
  expect(found).toHaveLength(keys.length)
  const listed = Date.now()
  const requests = found.map((one, index) =>
    index % 2 === 0 ? { waiting: repaired(one) } : { waiting: one, leaveOut: 'all' as const },
  )
  expect(await replayKeys(queueOf(world), requests, options)).toBe(0)
  expect(world.output()).toHaveLength(keys.length / 2)
  expect(await waiting()).toEqual([])
  expect(said.at(-1)).toBe('10000 of 10000 keys resumed')
  // About one second each on an idle machine; quadratic, they would be minutes.
  expect(listed - started).toBeLessThan(15_000)
  expect(Date.now() - listed).toBeLessThan(25_000)
  expect(world.read(DEAD_LETTERS)).toHaveLength(keys.length)
})
