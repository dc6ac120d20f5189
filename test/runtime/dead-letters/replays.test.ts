import type { DeadLetterQueue } from '../../../src/runtime/dead-letters/dead-letter-queue'
import { parkedId } from '../../../src/runtime/dead-letters/parked-keys'
import { originRecord } from '../../../src/runtime/state/changelog'
import type { OutputRecord } from '../../../src/topology/record'
import { PARKED, PROCESSOR, repaired, parkedIn, queueOf } from '../../support/parked-keys'
import { APPLICATION, CONTROL, ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

/*
 * A replay settles what it was made from, once and in order; nothing that waits is ever forgotten.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

const queue = (): DeadLetterQueue => queueOf(world)
const parked = (key: string): ReturnType<typeof parkedIn> => parkedIn(world, key)

describe('a replay covers what it was made from', () => {
  test('a change that came after the operator looked follows by itself, in its order', async () => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const [seen] = await queue().waiting()
    world.write(INPUT, 'a=2', 'a=3')
    await waitFor('them to wait', () => parked('a')?.count === 3)
    await queue().replay(repaired(seen))
    await waitFor('the key to resume', () => parked('a') === undefined)
    world.write(INPUT, 'a=4')
    expect(await world.outputs(3 + 4)).toEqual(['a=1', 'a=2', 'a=3', 'a=4'])
  })

  test('a change that came while the pipeline was down is made after those that are replayed', async () => {
    world.write(INPUT, 'a=bad')
    const app = await world.start()
    await world.settled()
    await app.stop()
    const [seen] = await queue().waiting()
    world.write(INPUT, 'a=2')
    await queue().replay(repaired(seen))
    await world.start()
    await waitFor('both', () => world.output().length === 2)
    expect(world.output()).toEqual(['a=1', 'a=2'])
    await waitFor('the key to resume', () => parked('a') === undefined)
  })

  test('what follows by itself and fails keeps waiting, with all that comes after it', async () => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const [seen] = await queue().waiting()
    world.write(INPUT, 'a=2', 'a=bad', 'a=3')
    await waitFor('them to wait', () => parked('a')?.count === 4)
    await queue().replay(repaired(seen))
    await waitFor('the bad one', () => parked('a')?.count === 2)
    world.write(INPUT, 'a=4')
    await waitFor('the newcomer to wait', () => parked('a')?.count === 3)
    const [waiting] = await queue().waiting()
    expect(waiting?.letters.map(({ record }) => String(record.value))).toEqual(['bad', '3', '4'])
    expect(waiting?.parked.code).toBe('ENVELOPE_INVALID')
    await queue().replay(repaired(waiting))
    await waitFor('the key to resume', () => parked('a') === undefined)
    expect(world.output()).toEqual(['a=1', 'a=2', 'a=1', 'a=3', 'a=4'])
  })

  test('without the dead letters of what came since, that keeps waiting and is listed', async () => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const [seen] = await queue().waiting()
    if (seen === undefined) throw new Error('no key waits')
    world.write(INPUT, 'a=2')
    await waitFor('it to wait', () => parked('a')?.count === 2)
    const { partition = 0, offset = 0n } = world.read(DEAD_LETTERS).at(-1) ?? {}
    world.broker.partition(DEAD_LETTERS, partition).deleteBefore(Number(offset) + 2)
    await queue().replay(repaired(seen))
    const outcome = await waitFor('the outcome', () => queue().outcome(seen))
    expect(outcome).toMatchObject({ parked: { count: 1, code: 'KEY_PARKED', taken: '0' } })
    expect(world.output()).toEqual(['a=1'])
  })

  test('of two operators at once each change takes effect once', async () => {
    world.write(INPUT, 'a=bad', 'a=2')
    await world.start()
    await world.settled()
    const [one, other] = [await queue().waiting(), await queue().waiting()]
    await queue().replay(repaired(one[0]))
    await queue().replay(repaired(other[0]))
    await waitFor('the key to resume', () => parked('a') === undefined)
    world.write(INPUT, 'a=3')
    await waitFor('the newcomer', () => world.output().includes('a=3'))
    expect(world.output()).toEqual(['a=1', 'a=2', 'a=3'])
  })

  test('one that was made before the key resumed releases nothing of its next parking', async () => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const [one, other] = [await queue().waiting(), await queue().waiting()]
    await queue().replay(repaired(one[0]))
    await waitFor('the key to resume', () => parked('a') === undefined)
    world.write(INPUT, 'a=bad', 'a=later')
    await waitFor('it to wait again', () => parked('a')?.count === 2)
    await queue().replay(repaired(other[0]))
    await queue().replay(repaired((await queue().waiting())[0]))
    await waitFor('the key to resume', () => parked('a') === undefined)
    expect(world.output()).toEqual(['a=1', 'a=1', 'a=later'])
  })

  test('control records that are read again have no effect', async () => {
    world.write(INPUT, 'a=bad', 'a=2')
    await world.start()
    await world.settled()
    await queue().replay(repaired((await queue().waiting())[0]))
    await waitFor('the key to resume', () => parked('a') === undefined)
    world.write(INPUT, 'a=bad')
    await waitFor('it to wait again', () => parked('a')?.count === 1)
    const controls = world.read(CONTROL)
    world.append(controls)
    const { partition = 0 } = controls[0] ?? {}
    const { high } = world.broker.partition(CONTROL, partition)
    await waitFor('them to be taken in', () => {
      const committed = world.broker.committed(APPLICATION, CONTROL, partition)
      return Number(committed?.offset ?? 0n) >= high
    })
    expect(parked('a')).toMatchObject({ count: 1, taken: '' })
    expect(world.output()).toEqual(['a=1', 'a=2'])
  })
})

test('a replayed record that a person has to act on keeps its key parked, and stops nothing', async () => {
  world.write(INPUT, 'a=bad', 'a=2')
  const app = await world.start()
  await world.settled()
  await queue().replay(repaired((await queue().waiting())[0], { bad: 'halt' }))
  await waitFor('the cause', () => parked('a')?.code === 'COLUMN_MISSING')
  world.write(INPUT, 'b=1')
  await waitFor('another key', () => world.output().includes('b=1'))
  expect(app.state).toBe('running')
  expect((await queue().waiting())[0]).toMatchObject({
    parked: { count: 2, code: 'COLUMN_MISSING' },
    letters: [{ code: 'COLUMN_MISSING' }, { code: 'KEY_PARKED' }],
  })
})

test('all changes of a key can be left out, also when their dead letters are lost', async () => {
  world.write(INPUT, 'a=bad', 'a=2')
  await world.start()
  await world.settled()
  for (const { high, partition } of world.broker.partitionsOf(DEAD_LETTERS) ?? []) {
    world.broker.partition(DEAD_LETTERS, partition).deleteBefore(high)
  }
  const [waiting] = await queue().waiting()
  if (waiting === undefined) throw new Error('no key waits')
  await expect(queue().replay(waiting)).rejects.toMatchObject({
    code: 'DEAD_LETTERS_LOST',
    message: expect.stringContaining('drop --offset all') as string,
  })
  await queue().replay(waiting, 'all')
  await waitFor('the key to resume', () => parked('a') === undefined)
  world.write(INPUT, 'a=3')
  await waitFor('the newcomer', () => world.output().includes('a=3'))
  expect(world.output()).toEqual(['a=3'])
})

test('a key that is longer than the state can name waits and resumes like any other', async () => {
  const key = 'k'.repeat(5_000)
  world.write(INPUT, `${key}=bad`, `${key}=2`)
  await world.start()
  await world.settled()
  const [waiting] = await queue().waiting()
  expect(String(waiting?.key)).toBe(key)
  expect(parkedId(PROCESSOR, Buffer.from(key)).length).toBeLessThan(100)
  await queue().replay(repaired(waiting))
  await waitFor('the key to resume', () => world.output().length === 2)
  expect(world.output()).toEqual([`${key}=1`, `${key}=2`])
})

test('what a version without identities has parked is replayed', async () => {
  world.write(INPUT, 'a=1')
  const app = await world.start()
  await world.settled()
  await app.stop()
  // As that version wrote them: the second round, of which the first change was taken in.
  const key = Buffer.from('a')
  const partition = world.read(INPUT)[0]?.partition ?? 0
  const state = { code: 'ENVELOPE_INVALID', offset: '1', round: 2, count: 2 }
  const value = Buffer.from(JSON.stringify({ ...state, replaying: null, failed: false }))
  const common = { timestamp: 1n, partition }
  const letter = (text: string, offset: string, round: string): OutputRecord => ({
    ...common,
    topic: DEAD_LETTERS,
    key,
    value: Buffer.from(text),
    headers: {
      'facts.processor': PROCESSOR,
      'facts.parked.round': round,
      'facts.error.code': 'KEY_PARKED',
      'facts.error.message': '',
      'facts.input.topic': INPUT,
      'facts.input.partition': String(partition),
      'facts.input.offset': offset,
      'facts.input.timestamp': '1',
    },
  })
  world.append([
    originRecord(PARKED, partition, 'origin'),
    { ...common, topic: PARKED, key: Buffer.from(parkedId(PROCESSOR, key)), value, headers: {} },
    letter('x', '0', '2'),
    letter('taken', '1', '1'),
    letter('bad', '2', '1'),
    letter('3', '3', '1'),
    letter('bad', '2', '2'),
    letter('3', '3', '2'),
  ])
  await world.start()
  const [waiting] = await queue().waiting()
  expect(waiting?.letters.map(({ record }) => String(record.value))).toEqual(['bad', '3'])
  await queue().replay(repaired(waiting))
  await waitFor('the key to resume', () => parked('a') === undefined)
  expect(world.output()).toEqual(['a=1', 'a=1', 'a=3'])
})
