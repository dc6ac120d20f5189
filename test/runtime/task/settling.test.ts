import type { Log } from '../../../src/broker/ports'
import { ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'
import { wrapProducer } from '../../support/wrap-producer'

/*
 * After a transaction its markers are being written for a few milliseconds, in which no other can begin.
 */
let world: ToyWorld
let settle: () => void
/** Transactions that were waited for. */
let waits: number
let transactions: number
beforeEach(async () => {
  world = new ToyWorld()
  waits = 0
  transactions = 0
  const settled = new Promise<void>((resolve) => (settle = resolve))
  await world.start(settlingOn(settled))
})

afterEach(async () => {
  settle()
  await world.stop()
})

function settlingOn(settled: Promise<void>): Log {
  const log = world.log()
  return wrapProducer(log, async (id) => {
    const producer = await log.producer(id)
    return {
      begin: () => {
        transactions += 1
        return producer.begin()
      },
      settled: () => {
        waits += 1
        return settled
      },
      close: () => producer.close(),
    }
  })
}

test('what comes while the last transaction settles goes into the next one together', async () => {
  world.write(INPUT, 'a=1')
  await waitFor('the task to wait', () => waits === 1)
  world.write(INPUT, 'a=2')
  // Of another partition, as a sign that there was time enough for a=2 as well.
  world.write(INPUT, 'b=1')
  await world.outputs(2)
  await waitFor('the other task to wait', () => waits === 2)
  world.write(INPUT, 'a=3')
  settle()
  await world.outputs(4)
  expect([transactions, world.output().filter((pair) => pair.startsWith('a='))]).toEqual([
    3,
    ['a=1', 'a=2', 'a=3'],
  ])
})

test('a task that lags continues immediately', async () => {
  const pairs = Array.from({ length: 1_200 }, (_, index) => `a=${index}`)
  world.write(INPUT, ...pairs)
  await world.outputs(pairs.length)
  await waitFor('the task to wait', () => waits === 1)
  expect(world.output()).toEqual(pairs)
})
