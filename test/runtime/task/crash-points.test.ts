import type { Log } from '../../../src/broker/ports'
import type { CrashMode } from '../../../src/testing/crashing-log'
import { CrashingLog } from '../../../src/testing/crashing-log'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import {
  offsetsOutsideTheTransaction,
  randomTransactionalIds,
  staleState,
  stateOutsideTheTransaction,
} from '../../support/planted-bugs'
import { ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

/*
 * Exactly once, by brute force: the process dies at its n-th request to the broker, for every n, and another takes
 * over. The same sweep must find the planted bugs, else it proves nothing.
 */
const KEYS = 7
const PARTITIONS = 3
/** Outputs of a broadcast record in the other partitions. */
const BROADCAST = PARTITIONS - 1
const INPUTS = Array.from({ length: 60 }, (_, i) => `k${i % KEYS}=count${i}`)
/** The process that dies gets to see the first two, the one that takes over all. */
const WAVES = [[...INPUTS.slice(0, 20), 'z=all'], INPUTS.slice(20, 40), INPUTS.slice(40)] as const
/** Each value once, with its place among those of its key: what was counted twice or not at all shows. */
const OUTPUTS = INPUTS.map((pair, i) => `${pair}#${Math.floor(i / KEYS) + 1}`)
  .concat(Array<string>(PARTITIONS).fill('z=all'))
  .sort()

type Plant = (log: Log) => Log

interface Sweep {
  readonly crashPoints: number
  /** Crash points after which the output was not exactly the input; of a planted bug the first, which catches it. */
  readonly wrong: readonly number[]
}

/** Whether the process that takes over has the disk of the one that died. */
type Disk = 'same' | 'new'

async function sweep(mode: CrashMode, disk: Disk, plant?: Plant): Promise<Sweep> {
  const wrong: number[] = []
  for (let crashAt = 1; ; crashAt += 1) {
    const world = new ToyWorld()
    try {
      if (!(await dies(world, new CrashingLog(world.broker, crashAt, mode), plant))) {
        return { crashPoints: crashAt - 1, wrong }
      }
      world.write(INPUT, ...WAVES[2])
      const log = plant === undefined ? world.log() : plant(world.log())
      await world.start(log, disk === 'same' ? world.state : new MemoryBackend())
      // A planted bug may also stop everything: then it is caught too, and need not be waited for long.
      const isSettled = await world.settled(plant === undefined ? 20_000 : 300).catch(() => false)
      const output = [...world.output()].sort()
      if (isSettled === false || JSON.stringify(output) !== JSON.stringify(OUTPUTS)) {
        wrong.push(crashAt)
      }
      if (plant !== undefined && wrong.length > 0) return { crashPoints: crashAt, wrong }
    } finally {
      await world.stop()
    }
  }
}

/** Runs the first process on two waves of input; resolves with whether it died. */
async function dies(world: ToyWorld, dying: CrashingLog, plant?: Plant): Promise<boolean> {
  const [first, second] = WAVES
  world.write(INPUT, ...first)
  await world.start(plant === undefined ? dying : plant(dying)).catch(() => undefined)
  const made = (count: number): Promise<unknown> =>
    waitFor('the crash or the end', () => dying.crashed || world.output().length === count)
  await made(first.length + BROADCAST)
  world.write(INPUT, ...second)
  await made(first.length + second.length + BROADCAST)
  return dying.crashed
}

test.each([
  ['before', 'same'],
  ['before', 'new'],
  ['after', 'same'],
  ['after', 'new'],
] as const)(
  'a process that dies at any request loses and doubles nothing (%s it took effect, the next on the %s disk)',
  async (mode, disk) => {
    const { crashPoints, wrong } = await sweep(mode, disk)
    expect(wrong).toEqual([])
    // Three tasks, each: four requests to open, then begin, two sends, offsets, commit.
    expect(crashPoints).toBeGreaterThanOrEqual(27)
  },
)

describe('the sweep catches', () => {
  test('offsets committed outside the transaction', async () => {
    expect(
      (await sweep('before', 'same', offsetsOutsideTheTransaction)).wrong.length,
    ).toBeGreaterThan(0)
  })

  test('state written outside the transaction', async () => {
    const { wrong } = await sweep('after', 'same', stateOutsideTheTransaction)
    expect(wrong.length).toBeGreaterThan(0)
  })

  test('state that is not brought up to the end of its changelog', async () => {
    expect((await sweep('after', 'same', staleState)).wrong.length).toBeGreaterThan(0)
  })

  test('transactional ids that change with the process', async () => {
    expect((await sweep('after', 'same', randomTransactionalIds)).wrong.length).toBeGreaterThan(0)
  })
})
