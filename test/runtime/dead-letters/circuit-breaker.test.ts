import { sampleConfig } from '../../support/sample-config'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import type { StreamApp } from '../../../src/runtime/stream-app'
import { parkedIn, queueOf } from '../../support/parked-keys'
import { CONTROL, ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

/*
 * Records that fail one after the other have one cause: the pipeline stops instead of parking every key.
 */
const MOST = 5
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
  world.badRecordsToStop = MOST
})
afterEach(() => world.stop())

/** Everything goes to one partition, whose task counts. */
const write = (...pairs: readonly string[]): void =>
  world.append(
    pairs.map((pair) => {
      const [key = '', value = ''] = pair.split('=')
      const record = { topic: INPUT, partition: 0, timestamp: 1n, headers: {} }
      return { ...record, key: Buffer.from(key), value: Buffer.from(value) }
    }),
  )
const keys = (from: number, to: number, value: string): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => `k${from + i}=${value}`)
const stopped = (app: StreamApp): Promise<unknown> =>
  expect(app.failed).rejects.toMatchObject({
    code: 'BAD_RECORDS',
    coordinates: { topic: INPUT, partition: 0 },
  })

test('so many bad records of many keys stop the pipeline with the cause, and nothing of the batch is committed', async () => {
  write(...keys(0, 10, '1'), ...keys(10, 10 + MOST, 'bad'))
  const app = await world.start()
  await expect(app.failed).rejects.toMatchObject({
    code: 'BAD_RECORDS',
    message: expect.stringMatching(
      /5 of the last 5 changes of input .* of copy, .* ENVELOPE_INVALID: not an envelope .*converter.*FACTS_PIPELINE_BAD_RECORDS_TO_STOP=0/,
    ) as string,
  })
  expect(world.read(DEAD_LETTERS)).toEqual([])
  expect(world.output()).toEqual([])
})

test('it stops when half of those that were tried were bad, not before', async () => {
  const mixed = (bad: number, good: number, from: number): readonly string[] => [
    ...keys(from, from + bad, 'bad'),
    ...keys(from + bad, from + bad + good, '1'),
  ]
  // One bad record in three: never five in the last ten.
  write(...Array.from({ length: 40 }, (_, i) => mixed(1, 2, i * 3)).flat())
  const app = await world.start()
  await world.settled()
  expect(world.read(DEAD_LETTERS)).toHaveLength(40)
  write(...Array.from({ length: 10 }, (_, i) => mixed(1, 1, 1_000 + i * 2)).flat())
  await stopped(app)
})

test('one key that keeps changing counts once, regardless of what it waits for', async () => {
  write('a=bad', ...Array.from({ length: 50 }, () => 'a=bad'), 'b=1')
  await world.start()
  await world.settled()
  expect(parkedIn(world, 'a')?.count).toBe(51)
  expect(world.output()).toEqual(['b=1'])
})

test('fewer bad rows than that stop nothing, though they be the whole table', async () => {
  write(...keys(0, MOST - 1, 'bad'))
  const app = await world.start()
  await world.settled()
  expect(await queueOf(world).waiting()).toHaveLength(MOST - 1)
  expect(app.state).toBe('running')
})

test.each([
  ['the same disk', undefined],
  ['a new disk', new MemoryBackend()],
])('a restart does not begin the count again (%s)', async (_what, disk) => {
  write(...keys(0, MOST - 1, 'bad'))
  const first = await world.start()
  await world.settled()
  await first.stop()
  write('x=bad')
  await stopped(await world.start(world.log(), disk))
  expect(world.read(DEAD_LETTERS)).toHaveLength(MOST - 1)
})

test('enough good records begin the count again', async () => {
  write(...keys(0, MOST - 1, 'bad'))
  await world.start()
  await world.settled()
  write(...keys(100, 100 + 2 * MOST, '1'))
  await world.settled()
  write(...keys(200, 200 + MOST - 1, 'bad'))
  await world.settled()
  expect(await queueOf(world).waiting()).toHaveLength(2 * (MOST - 1))
})

test('with 0 every bad record becomes a dead letter, and afterwards the pipeline may be limited again', async () => {
  write(...keys(0, 3 * MOST, 'bad'))
  const first = await world.start()
  await stopped(first)
  await first.stop()
  world.badRecordsToStop = 0
  const second = await world.start()
  await world.settled()
  expect(world.read(DEAD_LETTERS)).toHaveLength(3 * MOST)
  await second.stop()
  world.badRecordsToStop = MOST
  await world.start()
  write(...keys(100, 100 + MOST - 1, 'bad'), 'b=1')
  await world.settled()
  expect(world.output()).toEqual(['b=1'])
})

test('a replay of many keys whose cause was not fixed stops nothing', async () => {
  world.badRecordsToStop = 0
  write(...keys(0, 4 * MOST, 'bad'))
  const first = await world.start()
  await world.settled()
  await first.stop()
  world.badRecordsToStop = MOST
  const app = await world.start()
  const waiting = await queueOf(world).waiting()
  await queueOf(world).replayAll(waiting.map((one) => ({ waiting: one })))
  await waitFor('all to have failed again', () => parkedIn(world, `k${4 * MOST - 1}`)?.round === 2)
  expect(world.read(CONTROL)).toHaveLength(4 * MOST)
  expect(app.state).toBe('running')
})

test('the variable that the message names is the setting, which is 20 when nothing is said', () => {
  const most = (env: NodeJS.ProcessEnv): number =>
    sampleConfig({ env: { FACTS_HOME: '/nowhere', ...env } }).pipeline.badRecordsToStop
  expect(most({})).toBe(20)
  expect(most({ FACTS_PIPELINE_BAD_RECORDS_TO_STOP: '0' })).toBe(0)
})
