import { FactsError } from '../../../src/errors'
import { HangingLog } from '../../support/hanging-log'
import { ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'
import { wrapProducer } from '../../support/wrap-producer'

let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

describe('a record that is processed in steps', () => {
  test('makes what each step makes, and its state, in their order', async () => {
    world.write(INPUT, 'a=count', 'a=steps', 'a=count')
    await world.start()
    expect(await world.outputs(5)).toEqual([
      'a=count#1',
      'a=step 1',
      'a=step 2',
      'a=step 3',
      'a=count#4',
    ])
  })

  test('and fails in a late one is undone whole, and becomes one dead letter', async () => {
    world.write(INPUT, 'a=count', 'a=steps-bad', 'b=steps')
    await world.start()
    await world.settled()
    expect([...world.output()].sort()).toEqual(['a=count#1', 'b=step 1', 'b=step 2', 'b=step 3'])
    const letters = world.read(DEAD_LETTERS)
    expect(letters.map(({ key }) => String(key))).toEqual(['a'])
    expect(letters[0]?.headers['facts.error.message']?.toString()).toContain('third step')
  })

  test('loses and doubles nothing when its partition moves between two steps', async () => {
    world.write(INPUT, 'a=count', 'a=steps')
    const log = new HangingLog(world.log(), 1, /^send$/)
    log.onHang = () => {
      log.assign({ generation: 99, partitions: [] })
      setImmediate(log.release)
    }
    const app = world.app(log)
    const failed = app.failed.catch((error: unknown) => String(error))
    await app.start()
    await waitFor('the partition to move', () => log.hanging)
    await world.start()
    expect(await Promise.race([failed, world.settled()])).toBeUndefined()
    expect(world.output()).toEqual(['a=count#1', 'a=step 1', 'a=step 2', 'a=step 3'])
  })
})

test('a transaction that took longer than it may gets more time when it is redone', async () => {
  let late = 0
  const now = performance.now.bind(performance)
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + late)
  const given: (number | undefined)[] = []
  const log = world.log()
  const slow = wrapProducer(log, async (id, timeoutMs) => {
    given.push(timeoutMs)
    const producer = await log.producer(id)
    const begin: typeof producer.begin = async () => {
      const transaction = await producer.begin()
      if (late > 0) return transaction
      return { ...transaction, commit: () => endedMeanwhile((late = 31_000)) }
    }
    return { ...producer, begin }
  })
  world.write(INPUT, 'a=count')
  await world.start(slow)
  expect(await world.outputs(1)).toEqual(['a=count#1'])
  clock.mockRestore()
  expect([given[0], given.at(-1)]).toEqual([30_000, 120_000])
})

const endedMeanwhile = (lasted: number): Promise<void> =>
  Promise.reject(new FactsError('TRANSACTION_UNKNOWN', `ended by the broker within ${lasted} ms`))
