import { createHash } from 'node:crypto'
import { FactsError } from '../../../src/errors'
import { batchBytes } from '../../../src/broker/record-size'
import { deadLetter } from '../../../src/runtime/dead-letters/dead-letter'
import type { WaitingKey } from '../../../src/runtime/dead-letters/waiting-key'
import { DeadLetterQueue } from '../../../src/runtime/dead-letters/dead-letter-queue'
import type { LogRecord } from '../../../src/topology/record'
import { APPLICATION, CHANGELOG, CONTROL, ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT, OUTPUT, toyTopology } from '../../support/toy-topology'

/*
 * What is larger than its topic takes becomes one dead letter, which says where it is when it is too large itself.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

const LARGE = 'x'.repeat(2_000_000)
const raise = (topic: string): void => {
  world.broker.alterTopic(topic, { 'max.message.bytes': '10485760' })
}
const letters = (): readonly LogRecord[] => world.read(DEAD_LETTERS)
const header = (letter: LogRecord | undefined, name: string): string =>
  String(letter?.headers[`facts.${name}`])
const queue = (): DeadLetterQueue =>
  new DeadLetterQueue({
    log: world.log(),
    topology: toyTopology(),
    applicationId: APPLICATION,
  })

async function onlyWaiting(): Promise<WaitingKey> {
  const [waiting, ...others] = await queue().waiting()
  if (waiting === undefined || others.length > 0) throw new Error('not one key waits')
  return waiting
}

test('a record whose fact is too large becomes a dead letter with its position and hash, and the rest continues', async () => {
  const app = await world.start()
  world.write(INPUT, `a=${LARGE}`, 'a=later', 'b=1')
  await world.settled()
  expect(world.output()).toEqual(['b=1'])
  const [letter, later] = letters()
  expect(String(letter?.value)).toMatch(/^The value, 2000000 bytes, .* It is at input\/\d@0 /)
  expect(header(letter, 'error.code')).toBe('RECORD_TOO_LARGE')
  expect(header(letter, 'error.message')).toMatch(/output has 2000\d+ bytes.*1048588/)
  expect([header(letter, 'input.topic'), header(letter, 'input.offset')]).toEqual([INPUT, '0'])
  expect(header(letter, 'value.sha256')).toBe(createHash('sha256').update(LARGE).digest('hex'))
  expect(header(letter, 'value.bytes')).toBe('2000000')
  expect(String(later?.value)).toBe('later')
  expect(app.state).toBe('running')
})

test('a record whose state is too large becomes a dead letter, and leaves nothing in the state', async () => {
  await world.start()
  world.write(INPUT, `a=keep${LARGE}`, 'b=keep this')
  await world.settled()
  expect(world.output()).toEqual(['b=kept'])
  expect(letters().map((letter) => header(letter, 'error.message'))).toEqual([
    expect.stringContaining(CHANGELOG),
  ])
  expect(world.read(CHANGELOG).map(({ value }) => value?.length)).not.toContain(2_000_004)
})

test('as its message says: with a larger max.message.bytes, a start and a replay it is processed from the input', async () => {
  const app = await world.start()
  world.write(INPUT, `a=keep${LARGE}`, 'a=later')
  await world.settled()
  await app.stop()
  raise(CHANGELOG)
  await world.start()
  const waiting = await onlyWaiting()
  await queue().replay(waiting)
  expect(await world.outputs(4)).toEqual(['a=kept', 'a=later'])
  expect(await queue().waiting()).toEqual([])
})

test('an operator gets the record that a dead letter was made of from the input', async () => {
  await world.start()
  world.write(INPUT, `a=${LARGE}`)
  await world.settled()
  const [letter] = (await onlyWaiting()).letters
  const { value, headers } = await queue().original(letter!)
  expect(String(value)).toBe(LARGE)
  expect(String(headers['h'])).toBe('x')
})

test('a dead letter whose record the input no longer holds fails with what to do, which helps', async () => {
  await world.start()
  world.write(INPUT, `a=${LARGE}`, 'a=later')
  await world.settled()
  const waiting = await onlyWaiting()
  const { partition, offset } = waiting.letters[0]!.record
  world.broker.partition(INPUT, partition).deleteBefore(Number(offset) + 1)
  await queue().replay(waiting)
  await world.outputs(3)
  expect(letters().map((letter) => header(letter, 'error.code'))).toContain('ORIGINAL_LOST')
  const again = await onlyWaiting()
  await queue().replay(again, new Set([offset]))
  expect(await world.outputs(4)).toEqual(['a=later'])
})

test('a record in the place of the one that was too large is not taken for it', async () => {
  await world.start()
  world.write(INPUT, `a=${LARGE}`)
  await world.settled()
  const [letter] = (await onlyWaiting()).letters
  const other = { ...letter!.record, leftOut: { sha256: 'another', bytes: 1 } }
  await expect(queue().original({ ...letter!, record: other })).rejects.toMatchObject({
    code: 'ORIGINAL_LOST',
    message: expect.stringContaining('another record') as string,
  })
})

test('a broadcast that the control topic does not take is read from the input by every partition', async () => {
  raise(OUTPUT)
  await world.start()
  world.write(INPUT, `a=all${LARGE}`)
  const outputs = await world.outputs(3)
  expect(outputs.map((output) => output.length)).toEqual([2_000_005, 2_000_005, 2_000_005])
  expect(world.read(CONTROL).every(({ value }) => (value?.length ?? 0) < 300)).toBe(true)
})

test('nothing waits for a key that no topic has room for: its dead letters hold its hash', async () => {
  await world.start()
  world.write(INPUT, `${LARGE}=bad`, 'b=1')
  await world.settled()
  const [letter] = letters()
  expect(letter?.key).toBeNull()
  expect(header(letter, 'key.sha256')).toBe(createHash('sha256').update(LARGE).digest('hex'))
  expect(await queue().waiting()).toEqual([])
  expect(world.output()).toEqual(['b=1'])
})

describe('a dead letter', () => {
  const record = { topic: 't', partition: 0, offset: 7n, timestamp: 1n, key: Buffer.from('1') }
  const letterOf = (
    value: number,
    error: FactsError,
    headers: Readonly<Record<string, string>> = {},
  ): ReturnType<typeof deadLetter> =>
    deadLetter({
      topic: 'dl',
      partition: 0,
      processor: 'p',
      task: 't',
      parked: undefined,
      error,
      record: { ...record, value: Buffer.alloc(value), headers },
    })

  test('fits into its topic when its record just did', () => {
    const letter = letterOf(1_048_400, new FactsError('MAP_FAILED', 'no'))
    expect(batchBytes(letter)).toBeLessThan(1_048_588)
    expect(letter.headers['facts.value.bytes']).toBe('1048400')
  })

  test('has the error in a text of bounded length, with a mark where it was cut', () => {
    const cause = new Error('ü'.repeat(600_000))
    const letter = letterOf(600_000, new FactsError('MAP_FAILED', 'x'.repeat(600_000), { cause }))
    expect(letter.value).toHaveLength(600_000)
    const message = String(letter.headers['facts.error.message'])
    expect(message).toMatch(/^x{4096}… \(595904 more bytes\)$/)
    expect(String(letter.headers['facts.error.cause'])).toMatch(/^ü{2048}… \(1195904 more bytes\)$/)
  })

  test('leaves out headers of its record as well when those are too large', () => {
    const large = { trace: 'x'.repeat(1_100_000) }
    const letter = letterOf(10, new FactsError('MAP_FAILED', 'no'), large)
    expect(letter.headers['facts.input.header.trace']).toBeUndefined()
    expect(letter.headers['facts.input.offset']).toBe('7')
  })
})
