import type { Log } from '../../../src/broker/ports'
import type { CrashMode } from '../../../src/testing/crashing-log'
import { CrashingLog } from '../../../src/testing/crashing-log'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import { repaired, parkedIn, queueOf } from '../../support/parked-keys'
import {
  offsetsOutsideTheTransaction,
  replaysOfAnyParking,
  replaysOfEverything,
  stateOutsideTheTransaction,
} from '../../support/planted-bugs'
import { ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

/*
 * Replays, by brute force: two operators replay the same key, others and the key itself change concurrently, and the process
 * dies at its n-th request to the broker, for every n; another takes over, and an operator replays what still waits. No
 * change may be lost, doubled or overtaken. The same sweep must find the planted bugs, else it proves nothing.
 */
const INPUTS = [
  ['a=bad', 'a=2', 'b=bad', 'c=1'],
  ['a=3', 'b=2'],
  ['a=bad', 'a=5', 'b=3'],
] as const
/** Of each key, in order. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  a: ['a=1', 'a=2', 'a=3', 'a=1', 'a=5'],
  b: ['b=1', 'b=2', 'b=3'],
  c: ['c=1'],
}

type Plant = (log: Log, world: ToyWorld) => Log

interface Sweep {
  readonly crashPoints: number
  /** Crash points after which the output was not what it should be. */
  readonly wrong: readonly number[]
}

async function sweep(mode: CrashMode, disk: 'same' | 'new', plant?: Plant): Promise<Sweep> {
  const wrong: number[] = []
  for (let crashAt = 1; ; crashAt += 1) {
    const world = new ToyWorld()
    const planted = (log: Log): Log => plant?.(log, world) ?? log
    try {
      const dying = new CrashingLog(world.broker, crashAt, mode)
      const isThrough = scenario(world, dying, planted)
      // Where a planted bug stops everything, it is caught too.
      if (plant !== undefined) await isThrough.catch(() => undefined)
      else await isThrough
      const next = disk === 'same' ? world.state : new MemoryBackend()
      const isRight = await end(world, plant === undefined ? 20_000 : 300, async () => {
        if (dying.crashed) await world.start(planted(world.log()), next)
        return dying.crashed
      })
      if (!isRight) wrong.push(crashAt)
      // One is enough to have caught a planted bug.
      const isCaught = plant !== undefined && wrong.length > 0
      if (!dying.crashed || isCaught) return { crashPoints: crashAt - 1, wrong }
    } finally {
      await world.stop()
    }
  }
}

/** Two operators list the keys, the first replays, changes arrive, the second replays what it had listed. */
async function scenario(
  world: ToyWorld,
  dying: CrashingLog,
  planted: (log: Log) => Log,
): Promise<void> {
  const until = (what: string, condition: () => boolean): Promise<unknown> =>
    waitFor(what, () => dying.crashed || condition(), 2_000)
  const [first, second, third] = INPUTS
  world.write(INPUT, ...first)
  await world.start(planted(dying)).catch(() => undefined)
  await until('both keys to wait', () => [2, 1].join() === counts(world).join())
  const one = await queueOf(world).waiting()
  const other = await queueOf(world).waiting()
  world.write(INPUT, ...second)
  for (const waiting of one) await queueOf(world).replay(repaired(waiting))
  await until('both keys to resume', () => counts(world).join() === '0,0')
  world.write(INPUT, ...third)
  await until('one to wait again', () => counts(world)[0] === 2)
  for (const waiting of other) await queueOf(world).replay(repaired(waiting))
}

const counts = (world: ToyWorld): readonly number[] =>
  ['a', 'b'].map((key) => parkedIn(world, key)?.count ?? 0)

/**
 * An operator replays what waits until nothing does, and another process takes over when the first dies. Resolves with
 * whether the output is right.
 */
async function end(
  world: ToyWorld,
  deadlineMs: number,
  takeOver: () => Promise<boolean>,
): Promise<boolean> {
  const isRight = (): boolean =>
    Object.entries(EXPECTED).every(([key, values]) => {
      const found = world.output().filter((value) => value.startsWith(`${key}=`))
      return found.join() === values.join()
    })
  const until = Date.now() + deadlineMs
  for (let replaced = false; Date.now() < until;) {
    replaced ||= await takeOver()
    for (const waiting of await queueOf(world).waiting()) {
      // What a planted bug has lost cannot be replayed.
      const sent = queueOf(world).replay(repaired(waiting))
      await sent.catch(() => undefined)
    }
    if (isRight() && counts(world).join() === '0,0') return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

test.each([
  ['before', 'same'],
  ['before', 'new'],
  ['after', 'same'],
  ['after', 'new'],
] as const)(
  'a replay loses, doubles and overtakes nothing when the process dies at any request (%s it took effect, the next on the %s disk)',
  async (mode, disk) => {
    const { crashPoints, wrong } = await sweep(mode, disk)
    expect(wrong).toEqual([])
    expect(crashPoints).toBeGreaterThanOrEqual(40)
  },
)

describe('the sweep catches', () => {
  test('replays that are taken for one of any parking', async () => {
    expect((await sweep('before', 'same', replaysOfAnyParking)).wrong.length).toBeGreaterThan(0)
  })

  test('replays that release what has come since they were made', async () => {
    expect((await sweep('before', 'same', replaysOfEverything)).wrong.length).toBeGreaterThan(0)
  })

  test('offsets committed outside the transaction', async () => {
    const { wrong } = await sweep('before', 'same', offsetsOutsideTheTransaction)
    expect(wrong.length).toBeGreaterThan(0)
  })

  test('parked keys written outside the transaction', async () => {
    const { wrong } = await sweep('before', 'same', stateOutsideTheTransaction)
    expect(wrong.length).toBeGreaterThan(0)
  })
})
