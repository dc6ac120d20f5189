import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { commitRecords } from '../../../src/runtime/commit/commit-records'
import { handOver } from '../../../src/runtime/dead-letters/hand-over'
import type { OutputRecord } from '../../../src/topology/record'
import { APPLICATION, CONTROL, ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'

/*
 * What operators write to control topics.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})

const control = (value: string): OutputRecord => ({
  topic: CONTROL,
  partition: 0,
  key: null,
  timestamp: 1n,
  headers: {},
  value: Buffer.from(value),
})
const values = (): string[] => world.read(CONTROL).map(({ value }) => String(value))

test('more records than one transaction takes are handed over all, in their order', async () => {
  const numbers = Array.from({ length: 20_001 }, (_, index) => String(index))
  const records = numbers.map((number) => ({
    topic: INPUT,
    partition: 1,
    offset: 0n,
    key: null,
    timestamp: 1n,
    headers: {},
    value: Buffer.from(number),
  }))
  await handOver(new MemoryLog(world.broker), APPLICATION, 'copy', records)
  expect(values()).toEqual(numbers)
})

test('of two concurrent operators one gets an error, and its committed transactions stay', async () => {
  const log = new MemoryLog(world.broker)
  const transactionalId = 'operator'
  function* transactions(): Iterable<readonly OutputRecord[]> {
    yield [control('one')]
    void log.producer(transactionalId)
    yield [control('two')]
  }
  await expect(commitRecords(log, transactionalId, transactions())).rejects.toMatchObject({
    code: 'PRODUCER_FENCED',
  })
  expect(values()).toEqual(['one'])
})
