import { FactsError } from '../../../src/errors'
import type { PartitionEnds } from '../../../src/broker/kafka/read/read-positions'
import { ReadPositions } from '../../../src/broker/kafka/read/read-positions'

const TOPIC = 't'
const at = (...offsets: readonly bigint[]): PartitionEnds =>
  new Map([[TOPIC, new Map(offsets.entries())]])

let positions: ReadPositions
beforeEach(() => {
  positions = new ReadPositions()
  positions.start(at(5n))
})

test('an end that a position has reached is not waited for', async () => {
  await expect(positions.reached(at(5n))).resolves.toBeUndefined()
})

test('the end of a partition that is not read is not waited for', async () => {
  await expect(positions.reached(at(5n, 1n))).resolves.toBeUndefined()
})

test('a partition that was added is waited for, and moves nothing that was known', async () => {
  positions.add(at(0n, 0n))
  expect(positions.missing(at(5n, 1n))).toEqual({ topic: TOPIC, partition: 1, offset: 0n, end: 1n })
  const reached = positions.reached(at(5n, 1n))
  positions.advance(TOPIC, 1, 1n)
  await expect(reached).resolves.toBeUndefined()
})

test('a wait that is given up ends with the reason', async () => {
  const given = new AbortController()
  const reached = positions.reached(at(6n), given.signal)
  const reason = new FactsError('BROKER_UNAVAILABLE', 'nothing came')
  given.abort(reason)
  await expect(reached).rejects.toBe(reason)
})
