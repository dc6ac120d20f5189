import { FactsError } from '../errors'
import type { Log } from '../log/log'
import { readAll } from '../log/read-all'
import { changelogTopic, controlTopic, parkedStore } from '../topology/internal-topics'
import type { LogRecord } from '../topology/record'
import type { Source, Topology } from '../topology/topology'
import { commitRecords } from './commit-records'
import { inputRecord, replayRecord } from './control-record'
import type { ParkedKey } from './parked-keys'
import { parkedId, parseParkedId, parseParkedKey } from './parked-keys'
import { originOf } from './state/changelog'

export interface DeadLetter {
  readonly code: string
  readonly message: string
  /** The record as it stood in the input. */
  readonly record: LogRecord
}

/** A key with the dead letters that wait, in the order of the input. */
export interface WaitingKey {
  readonly source: Source
  readonly processor: string
  readonly key: Buffer
  readonly parked: ParkedKey
  readonly letters: readonly DeadLetter[]
}

export interface DeadLetterQueueOptions {
  readonly log: Log
  readonly topology: Topology
  readonly applicationId: string
}

/** The dead letters of an application as an operator sees them: which keys wait, and how they go on. */
export class DeadLetterQueue {
  constructor(private readonly options: DeadLetterQueueOptions) {}

  /** Keys that wait, in the order in which they began to. */
  async waiting(): Promise<readonly WaitingKey[]> {
    const parked = await this.parked()
    if (parked.length === 0) return []
    const letters = await this.letters()
    return parked.map((key) => ({ ...key, letters: lettersOf(key, letters) }))
  }

  /** Dead letters of records without a key, which nothing waits for. */
  async keyless(): Promise<readonly DeadLetter[]> {
    return (await this.letters())
      .filter(({ key }) => key === null)
      .flatMap((letter) => letterOf(letter) ?? [])
  }

  /**
   * Hands the waiting dead letters of a key to its task again, but those at the input offsets to leave out: all or none,
   * in one transaction. The running pipeline takes them in; `isTaken` tells when.
   */
  async replay(waiting: WaitingKey, leaveOut: ReadonlySet<bigint> = new Set()): Promise<void> {
    const { source, processor, key, parked, letters } = waiting
    if (letters.length < parked.count) {
      throw new FactsError(
        'DEAD_LETTERS_LOST',
        `${parked.count} changes of this key wait, but only ${letters.length} are left on ${this.options.topology.deadLetters}: the topic's retention or somebody deleted the others. Nothing was replayed. Take a new snapshot of the row, or leave out what is there.`,
        { key: key.toString() },
      )
    }
    const { log, applicationId } = this.options
    const topic = controlTopic(applicationId, source.topic)
    const records = letters.map(({ record }, index) =>
      replayRecord(topic, record, {
        ...{ processor, round: parked.round, isLast: index === letters.length - 1 },
        leftOut: leaveOut.has(record.offset),
      }),
    )
    await commitRecords(log, `${applicationId}.replay`, [records])
  }

  /** What has become of a key since it was replayed: undefined as long as the pipeline has not taken it in. */
  async outcome({
    processor,
    key,
    parked,
  }: WaitingKey): Promise<'goes on' | WaitingKey | undefined> {
    const id = parkedId(processor, key)
    const now = (await this.parked()).find((one) => parkedId(one.processor, one.key) === id)
    if (now === undefined) return 'goes on'
    if (now.parked.round === parked.round || now.parked.replaying !== null) return undefined
    return { ...now, letters: lettersOf(now, await this.letters()) }
  }

  private async parked(): Promise<readonly Omit<WaitingKey, 'letters'>[]> {
    const { log, topology, applicationId } = this.options
    const found = await Promise.all(
      topology.sources.map(async (source) => {
        const keys = new Map<string, ParkedKey>()
        for (const record of await readAll(log, [
          changelogTopic(applicationId, parkedStore(source)),
        ])) {
          if (record.key === null || originOf(record) !== undefined) continue
          const id = record.key.toString()
          keys.delete(id)
          if (record.value !== null) keys.set(id, parseParkedKey(record.value))
        }
        return [...keys].map(([id, parked]) => ({ source, ...parseParkedId(id), parked }))
      }),
    )
    return found.flat()
  }

  private letters(): Promise<readonly LogRecord[]> {
    return readAll(this.options.log, [this.options.topology.deadLetters])
  }
}

/** The dead letters that the key waits with, by their offset in the input: a later round may hold them in another order. */
function lettersOf(
  { processor, key, parked }: Omit<WaitingKey, 'letters'>,
  letters: readonly LogRecord[],
): readonly DeadLetter[] {
  const own = letters.filter(
    ({ key: other, headers }) =>
      other?.equals(key) === true &&
      headers['facts.processor']?.toString() === processor &&
      headers['facts.parked.round']?.toString() === String(parked.round),
  )
  // A key that was parked before and went on counts its rounds from one again: the last ones are meant.
  return own
    .slice(Math.max(0, own.length - parked.count))
    .flatMap((letter) => letterOf(letter) ?? [])
    .sort((a, b) => Number(a.record.offset - b.record.offset))
}

function letterOf(letter: LogRecord): DeadLetter | undefined {
  const record = inputRecord(letter)
  if (record === undefined) return undefined
  const { headers } = letter
  const code = headers['facts.error.code']?.toString() ?? ''
  return { code, message: headers['facts.error.message']?.toString() ?? '', record }
}
