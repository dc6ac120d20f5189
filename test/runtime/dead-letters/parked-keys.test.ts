import type { DeadLetterQueue } from '../../../src/runtime/dead-letters/dead-letter-queue'
import type { WaitingKey } from '../../../src/runtime/dead-letters/waiting-key'
import type { Log } from '../../../src/broker/ports'
import { broadcastRecord } from '../../../src/runtime/dead-letters/control-record'
import { handOver } from '../../../src/runtime/dead-letters/hand-over'
import { partitionFor } from '../../../src/topology/partitioner'
import type { LogRecord } from '../../../src/topology/record'
import { PROCESSOR, lettersIn, repaired, parkedIn, queueOf } from '../../support/parked-keys'
import { APPLICATION, CONTROL, ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'
import { wrapProducer } from '../../support/wrap-producer'

/*
 * A key waits for its dead letter to be replayed; other keys continue.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

const letters = (): ReturnType<typeof lettersIn> => lettersIn(world)
const values = (records: readonly LogRecord[]): string[] =>
  records.map(({ value }) => String(value))

const queue = (): DeadLetterQueue => queueOf(world)

/** Replays the only parked key; values may be fixed on the way, as by a fixed mapping. */
async function replay({ leaveOut = '', as = {} }: Replay = {}): Promise<WaitingKey> {
  const [waiting] = await queue().waiting()
  if (waiting === undefined) throw new Error('no key waits')
  const fixed = repaired(waiting, as)
  const left = fixed.letters.filter(({ record }) => String(record.value) === leaveOut)
  await queue().replay(fixed, new Set(left.map(({ record }) => record.offset)))
  return waiting
}

interface Replay {
  readonly leaveOut?: string
  readonly as?: Readonly<Record<string, string>>
}

const parked = (key: string): ReturnType<typeof parkedIn> => parkedIn(world, key)

test('later records of the key follow the bad one, other keys continue', async () => {
  world.write(INPUT, 'a=1', 'a=bad', 'a=2', 'b=1', 'a=3', 'b=2')
  await world.start()
  await world.outputs(6)
  expect([...world.output()].sort()).toEqual(['a=1', 'b=1', 'b=2'])
  expect(values(letters())).toEqual(['bad', '2', '3'])
  expect(letters().map(({ code }) => code)).toEqual([
    'ENVELOPE_INVALID',
    'KEY_PARKED',
    'KEY_PARKED',
  ])
  expect(parked('a')).toMatchObject({ code: 'ENVELOPE_INVALID', count: 3, round: 1 })
})

test('a key stays parked when another process takes over', async () => {
  world.write(INPUT, 'a=bad')
  const first = await world.start()
  await world.settled()
  await first.stop()
  world.write(INPUT, 'a=1', 'b=1')
  await world.start()
  await world.settled()
  expect(world.output()).toEqual(['b=1'])
})

test('a replay processes the dead letters again, in their order, and the key resumes', async () => {
  world.write(INPUT, 'a=bad', 'a=2', 'a=3')
  await world.start()
  await world.settled()
  await replay({ as: { bad: '1' } })
  await waitFor('the key to resume', () => parked('a') === undefined)
  world.write(INPUT, 'a=4')
  expect(await world.outputs(7)).toEqual(['a=1', 'a=2', 'a=3', 'a=4'])
})

test('a replay that fails again leaves the rest waiting, and a later one brings all in order', async () => {
  world.write(INPUT, 'a=1', 'a=bad', 'a=2', 'a=3')
  await world.start()
  await world.settled()
  await replay()
  await waitFor('the second round', () => parked('a')?.round === 2 && parked('a')?.count === 3)
  world.write(INPUT, 'a=4')
  await waitFor('the newcomer to wait', () => parked('a')?.count === 4)
  await replay({ as: { bad: 'fixed' } })
  await waitFor('the key to resume', () => parked('a') === undefined)
  expect(world.output()).toEqual(['a=1', 'a=fixed', 'a=2', 'a=3', 'a=4'])
})

test('a dead letter may be left out for good', async () => {
  world.write(INPUT, 'a=1', 'a=bad', 'a=2')
  await world.start()
  await world.settled()
  await replay({ leaveOut: 'bad' })
  await waitFor('the key to resume', () => parked('a') === undefined)
  expect(world.output()).toEqual(['a=1', 'a=2'])
})

test('a replay that is written twice takes effect once', async () => {
  world.write(INPUT, 'a=bad', 'a=2')
  await world.start()
  await world.settled()
  const [waiting] = await queue().waiting()
  if (waiting === undefined) throw new Error('no key waits')
  await queue().replay(waiting, new Set([waiting.letters[0]?.record.offset ?? -1n]))
  await queue().replay(waiting)
  await waitFor('the key to resume', () => parked('a') === undefined)
  world.write(INPUT, 'a=3')
  await waitFor('the newcomer', () => world.output().includes('a=3'))
  expect(world.output()).toEqual(['a=2', 'a=3'])
})

test('a bad record without a key parks nothing', async () => {
  world.append([
    ...['bad', '1'].map((value) => ({
      topic: INPUT,
      partition: 0,
      key: null,
      timestamp: 1n,
      headers: {},
      value: Buffer.from(value),
    })),
  ])
  await world.start()
  await world.settled()
  expect(values(letters())).toEqual(['bad'])
  expect(world.output()).toEqual(['null=1'])
})

test('a record that is broadcast reaches every partition once', async () => {
  world.write(INPUT, 'a=1', 'b=1', 'c=1', 'a=all')
  await world.start()
  await waitFor('three copies', () => world.output().filter((it) => it === 'a=all').length === 3)
  await world.settled()
  expect([...world.output()].sort()).toEqual(['a=1', 'a=all', 'a=all', 'a=all', 'b=1', 'c=1'])
})

test('a record that is broadcast and cannot be received parks no key: it is no change of its own', async () => {
  world.write(INPUT, 'a=all-refused')
  await world.start()
  await waitFor('both dead letters', () => letters().length === 2)
  world.write(INPUT, 'a=1')
  await world.settled()
  expect(letters().map(({ key, code }) => [key, code])).toEqual([
    [null, 'MAP_FAILED'],
    [null, 'MAP_FAILED'],
  ])
  expect(await queue().keyless()).toHaveLength(2)
  expect(await queue().waiting()).toEqual([])
  expect(world.output()).toEqual(['a=all-refused', 'a=1'])
})

test('a row that is handed over and cannot be received does not hold up its key', async () => {
  const key = Buffer.from('a')
  const row = { topic: INPUT, partition: partitionFor(key, 3), offset: 0n, timestamp: 1n }
  await handOver(world.log(), APPLICATION, PROCESSOR, [
    { ...row, key, value: Buffer.from('all-refused'), headers: {} },
  ])
  await world.start()
  await waitFor('the dead letter', () => letters().length === 1)
  world.write(INPUT, 'a=1')
  expect(await world.outputs(2)).toEqual(['a=1'])
  expect(await queue().waiting()).toEqual([])
})

test('a broadcast for a place that the input does not have is not waited for', async () => {
  const log = world.log()
  // As Kafka does: what is not written yet is waited for.
  const waiting: Log = {
    ...wrapProducer(log, (id) => log.producer(id)),
    readRange: (range, onRecords) =>
      range.to > BigInt(world.broker.partition(range.topic, range.partition).high)
        ? new Promise(() => undefined)
        : log.readRange(range, onRecords),
  }
  world.write(INPUT, 'a=bad')
  await world.start(waiting)
  await world.settled()
  const [{ partition } = { partition: 0 }] = await queue().waiting()
  const record = { topic: INPUT, partition, offset: 0n, timestamp: 1n, headers: {} }
  const far = { ...record, key: Buffer.from('z'), value: Buffer.from('far') }
  world.append([
    broadcastRecord(CONTROL, partition, { processor: PROCESSOR, after: 10n ** 9n, record: far }),
  ])
  await replay({ as: { bad: '1' } })
  await waitFor('the key to resume', () => parked('a') === undefined, 5_000)
  expect([...world.output()].sort()).toEqual(['a=1', 'z=far'])
})

test.each([
  ['has no headers', {}],
  [
    'has numbers that are none',
    {
      'facts.control': 'broadcast',
      'facts.processor': PROCESSOR,
      'facts.control.after': 'x',
      'facts.input.topic': INPUT,
      'facts.input.partition': '0',
      'facts.input.offset': '1e9',
      'facts.input.timestamp': '',
    },
  ],
  [
    'was written by a version without identities',
    {
      'facts.control': 'replay',
      'facts.processor': PROCESSOR,
      'facts.parked.round': '1',
      'facts.input.topic': INPUT,
      'facts.input.partition': '0',
      'facts.replay.last': 'true',
      'facts.input.offset': '0',
      'facts.input.timestamp': '1',
    },
  ],
])(
  'a record of the control topic that %s becomes a dead letter, and those after it are processed',
  async (_what, headers) => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const [{ partition } = { partition: 0 }] = await queue().waiting()
    const record = { topic: CONTROL, partition, key: Buffer.from('a'), timestamp: 1n, headers }
    world.append([{ ...record, value: Buffer.from('{}') }])
    await replay({ as: { bad: '1' } })
    await waitFor('the key to resume', () => parked('a') === undefined)
    expect(world.output()).toEqual(['a=1'])
    const [letter] = await queue().keyless()
    expect(letter).toMatchObject({
      code: 'CONTROL_INVALID',
      record: { topic: CONTROL, offset: 0n },
    })
    expect(letter?.message).toMatch(/facts dead-letters.*facts resync.*pipeline/)
  },
)

describe('the queue', () => {
  test('lists the keys that wait with their dead letters and causes', async () => {
    world.write(INPUT, 'a=bad', 'a=2', 'b=1', 'c=huge')
    await world.start()
    await world.settled()
    const waiting = await queue().waiting()
    expect(
      waiting.map(({ key, letters }) => [String(key), letters.map(({ code }) => code)]).sort(),
    ).toEqual([
      ['a', ['ENVELOPE_INVALID', 'KEY_PARKED']],
      ['c', ['RECORD_TOO_LARGE']],
    ])
    expect(waiting[0]?.letters[0]?.record).toMatchObject({ topic: INPUT, headers: { h: 'x' } })
  })

  test('tells what came of a replay', async () => {
    world.write(INPUT, 'a=bad')
    await world.start()
    await world.settled()
    const failed = await replay()
    const outcome = await waitFor('the outcome', () => queue().outcome(failed))
    expect(outcome).toMatchObject({ parked: { round: 2, count: 1 } })
    const repaired = await replay({ as: { bad: 'fixed' } })
    expect(await waitFor('the outcome', () => queue().outcome(repaired))).toBe('resumed')
  })

  test('replays nothing when dead letters are missing', async () => {
    world.write(INPUT, 'a=bad', 'a=2')
    await world.start()
    await world.settled()
    const [waiting] = await queue().waiting()
    if (waiting === undefined) throw new Error('no key waits')
    await expect(
      queue().replay({ ...waiting, letters: waiting.letters.slice(1) }),
    ).rejects.toMatchObject({ code: 'DEAD_LETTERS_LOST' })
  })

  test('tells a key that was parked again from its first time', async () => {
    world.write(INPUT, 'a=bad', 'a=2')
    await world.start()
    await world.settled()
    await replay({ leaveOut: 'bad' })
    await waitFor('the key to resume', () => parked('a') === undefined)
    world.write(INPUT, 'a=bad', 'a=4')
    await waitFor('it to wait again', () => parked('a')?.count === 2)
    const [waiting] = await queue().waiting()
    expect(waiting?.letters.map(({ record }) => String(record.value))).toEqual(['bad', '4'])
  })
})

test('a broadcast of a record that becomes a dead letter is undone', async () => {
  world.write(INPUT, 'a=all-bad', 'b=1', 'c=1')
  await world.start()
  await world.settled()
  expect(values(letters())).toEqual(['all-bad'])
  expect(world.read(CONTROL)).toEqual([])
})
