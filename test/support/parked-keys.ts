import type { WaitingKey } from '../../src/runtime/dead-letters/waiting-key'
import { DeadLetterQueue } from '../../src/runtime/dead-letters/dead-letter-queue'
import type { ParkedKey } from '../../src/runtime/dead-letters/parked-keys'
import { parkedId, parseParkedKey } from '../../src/runtime/dead-letters/parked-keys'
import { changelogTopic } from '../../src/topology/internal-topics'
import type { LogRecord } from '../../src/topology/record'
import { APPLICATION, type ToyWorld } from './toy-app'
import { DEAD_LETTERS, toyTopology } from './toy-topology'

/** Changelog of the toy topology's parked keys. */
export const PARKED = changelogTopic(APPLICATION, 'in.parked')
/** Of the toy topology. */
export const PROCESSOR = 'copy'

export const queueOf = (world: ToyWorld): DeadLetterQueue =>
  new DeadLetterQueue({ log: world.log(), topology: toyTopology(), applicationId: APPLICATION })

/** The dead letters, each with the headers that tests compare. */
export const lettersIn = (
  world: ToyWorld,
): readonly (LogRecord & { readonly code: string; readonly round: string })[] =>
  world.read(DEAD_LETTERS).map((record) => ({
    ...record,
    code: String(record.headers['facts.error.code']),
    round: String(record.headers['facts.parked.round']),
  }))

/** State of a parked key as its changelog has it; undefined when it is not parked. */
export function parkedIn(world: ToyWorld, key: string): ParkedKey | undefined {
  const id = parkedId(PROCESSOR, Buffer.from(key))
  const last = world.read(PARKED).findLast((record) => String(record.key) === id)
  return last?.value == null ? undefined : parseParkedKey(last.value)
}

/** The key with other values in its dead letters, as a fixed mapping would have read them; `bad` is `1` unless said. */
export function repaired(
  waiting: WaitingKey | undefined,
  as: Readonly<Record<string, string>> = { bad: '1' },
): WaitingKey {
  if (waiting === undefined) throw new Error('no key waits')
  const values = new Map(Object.entries(as))
  const letters = waiting.letters.map((letter) => {
    const value = String(letter.record.value)
    const record = { ...letter.record, value: Buffer.from(values.get(value) ?? value) }
    return { ...letter, record }
  })
  return { ...waiting, letters }
}
