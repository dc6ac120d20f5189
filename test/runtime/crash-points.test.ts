import type { Log } from '../../src/log/log'
import type { CrashMode } from '../support/crashing-log'
import { CrashingLog } from '../support/crashing-log'
import { offsetsOutsideTheTransaction, randomTransactionalIds } from '../support/planted-bugs'
import { ToyWorld } from '../support/toy-app'
import { INPUT } from '../support/toy-topology'
import { waitFor } from '../support/wait-for'

/*
 * Exactly once, by brute force: the process dies at its n-th request to the broker, for every n, and another takes
 * over. The same sweep must find the planted bugs, else it proves nothing.
 */
const INPUTS = Array.from({ length: 60 }, (_, i) => `k${i % 7}=${i}`).sort()

type Plant = (log: Log) => Log

interface Sweep {
  readonly crashPoints: number
  /** Crash points after which the output was not exactly the input. */
  readonly wrong: readonly number[]
}

async function sweep(mode: CrashMode, plant: Plant = (log) => log): Promise<Sweep> {
  const wrong: number[] = []
  for (let crashAt = 1; ; crashAt += 1) {
    const world = new ToyWorld()
    try {
      world.write(INPUT, ...INPUTS)
      const dying = new CrashingLog(world.broker, crashAt, mode)
      await world.start(plant(dying)).catch(() => undefined)
      await waitFor(
        'the crash or the end',
        () => dying.crashed || world.output().length === INPUTS.length,
      )
      if (!dying.crashed) return { crashPoints: crashAt - 1, wrong }
      await world.start(plant(world.log()))
      await world.settled()
      const output = [...world.output()].sort()
      if (JSON.stringify(output) !== JSON.stringify(INPUTS)) wrong.push(crashAt)
    } finally {
      await world.stop()
    }
  }
}

test.each(['before', 'after'] as const)(
  'a process that dies at any request loses and doubles nothing (%s it took effect)',
  async (mode) => {
    const { crashPoints, wrong } = await sweep(mode)
    expect(wrong).toEqual([])
    // Three tasks, each: three requests to open, then begin, one send, offsets, commit.
    expect(crashPoints).toBeGreaterThanOrEqual(21)
  },
)

describe('the sweep catches', () => {
  test('offsets committed outside the transaction', async () => {
    expect((await sweep('before', offsetsOutsideTheTransaction)).wrong.length).toBeGreaterThan(0)
  })

  test('transactional ids that change with the process', async () => {
    expect((await sweep('after', randomTransactionalIds)).wrong.length).toBeGreaterThan(0)
  })
})
