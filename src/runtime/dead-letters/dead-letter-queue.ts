import { FactsError } from '../../errors'
import { eachRecord } from '../../broker/each-record'
import type { Log } from '../../broker/ports'
import type { LogRecord, OutputRecord } from '../../topology/record'
import type { Source, Topology } from '../../topology/topology'
import { commitRecords } from '../commit/commit-records'
import type { LetterPosition } from './control-record'
import { inputRecord } from './control-record'
import { parkingOf } from './dead-letter'
import type { InputRecord } from '../commit/left-out'
import type { ParkedKey } from './parked-keys'
import { parkedId } from './parked-keys'
import type { StoredKey } from './parked-view'
import { ParkedView } from './parked-view'
import { readOriginal } from './read-original'
import { dropRecords, replayRecords } from './replay-records'

export interface DeadLetter {
  readonly code: string
  readonly message: string
  /** The record as it was in the input, but for a value that was left there: see `original`. */
  readonly record: InputRecord
  /** Where its first dead letter was written. */
  readonly letter: LetterPosition
}

/** A key with the dead letters that wait, in the order of the input. */
export interface WaitingKey {
  readonly source: Source
  readonly processor: string
  readonly key: Buffer
  /** Of the input and of its control topic. */
  readonly partition: number
  readonly parked: ParkedKey
  readonly letters: readonly DeadLetter[]
}

export interface DeadLetterQueueOptions {
  readonly log: Log
  readonly topology: Topology
  readonly applicationId: string
}

export interface ReplayRequest {
  readonly waiting: WaitingKey
  /** Offsets in the input that are to be left out permanently; `all` settles the key without any of its changes. */
  readonly leaveOut?: ReadonlySet<bigint> | 'all'
}

/** Everything that the topics tell now, read once. */
export interface Overview {
  /** In the order in which they began to wait. */
  readonly waiting: readonly WaitingKey[]
  /** Dead letters that nothing waits for: of records without a key, and control records. */
  readonly keyless: readonly DeadLetter[]
}

/** Records and bytes of one transaction, well below what it may take. */
const TRANSACTION_RECORDS = 5_000
const TRANSACTION_BYTES = 16 * 1024 * 1024
const NOTHING: ReadonlySet<bigint> = new Set()

/** The dead letters of an application as an operator sees them: which keys wait, and how they resume. */
export class DeadLetterQueue {
  constructor(private readonly options: DeadLetterQueueOptions) {}

  async waiting(): Promise<readonly WaitingKey[]> {
    const parked = await this.parked()
    return parked.size === 0 ? [] : (await this.read(parked)).waiting
  }

  /** How many keys wait; reads none of their dead letters. */
  async count(): Promise<number> {
    return (await this.parked()).size
  }

  async keyless(): Promise<readonly DeadLetter[]> {
    return (await this.read(new Map())).keyless
  }

  async overview(): Promise<Overview> {
    return this.read(await this.parked())
  }

  /**
   * Sends the waiting dead letters of a key to its task again, but those to leave out: all or none, in one transaction. They
   * take effect in their order, up to the first that fails again. The running pipeline takes them in; `outcome` says when.
   */
  async replay(
    waiting: WaitingKey,
    leaveOut: ReadonlySet<bigint> | 'all' = NOTHING,
  ): Promise<void> {
    checkWhole(waiting, leaveOut, this.options.topology.deadLetters)
    await this.replayAll([{ waiting, leaveOut }])
  }

  /**
   * The same for many keys, by one producer, each key whole in one of as few transactions as may be; `onProgress` is given
   * how many keys are sent so far. Keys whose dead letters are lost are left out, and given back.
   */
  async replayAll(
    requests: readonly ReplayRequest[],
    onProgress: (sent: number) => void = () => undefined,
  ): Promise<readonly WaitingKey[]> {
    const { log, applicationId } = this.options
    const lost: WaitingKey[] = []
    let sent = 0
    function* transactions(): Iterable<readonly OutputRecord[]> {
      let records: OutputRecord[] = []
      let bytes = 0
      let keys = 0
      for (const { waiting, leaveOut = NOTHING } of requests) {
        if (leaveOut !== 'all' && isLost(waiting)) {
          lost.push(waiting)
          continue
        }
        const own =
          leaveOut === 'all'
            ? dropRecords(applicationId, waiting)
            : replayRecords(applicationId, waiting, leaveOut)
        for (const record of own) {
          records.push(record)
          bytes += record.value?.length ?? 0
        }
        keys += 1
        if (records.length < TRANSACTION_RECORDS && bytes < TRANSACTION_BYTES) continue
        yield records
        onProgress((sent += keys))
        records = []
        bytes = keys = 0
      }
      if (records.length === 0) return
      yield records
      onProgress((sent += keys))
    }
    await commitRecords(log, `${applicationId}.replay`, transactions())
    return lost
  }

  /** The record of the input that the dead letter was made of, whole. Throws ORIGINAL_LOST. */
  original({ record }: Pick<DeadLetter, 'record'>): Promise<LogRecord> {
    return readOriginal(this.options.log, record)
  }

  /** What has become of a key since it was replayed: undefined as long as the pipeline has not taken it in. */
  async outcome(waiting: WaitingKey): Promise<'goes on' | WaitingKey | undefined> {
    const { processor, key, parked } = waiting
    const id = parkedId(processor, key)
    const found = (await this.parked()).get(id)
    if (found?.parked.id !== parked.id) return 'goes on'
    if (found.parked.round === parked.round) return undefined
    return (await this.read(new Map([[id, found]]))).waiting[0]
  }

  /** Follows what becomes of the parked keys; stop it. */
  async follow(): Promise<ParkedView> {
    const view = new ParkedView(this.options)
    await view.start()
    return view
  }

  /** The dead letters of these keys as they are now. */
  async lettersOf(keys: ReadonlyMap<string, StoredKey>): Promise<readonly WaitingKey[]> {
    return (await this.read(keys)).waiting
  }

  private async parked(): Promise<ReadonlyMap<string, StoredKey>> {
    const view = await this.follow()
    await view.stop()
    return view.keys
  }

  /** Reads the topic of the dead letters once, and keeps those that the keys wait with. */
  private async read(parked: ReadonlyMap<string, StoredKey>): Promise<Overview> {
    const letters = new Map([...parked.keys()].map((id) => [id, new Map<bigint, DeadLetter>()]))
    const keyless: DeadLetter[] = []
    await eachRecord(this.options.log, [this.options.topology.deadLetters], (letter) => {
      const identity = parkingOf(letter)
      if (identity === undefined || letter.key === null) {
        keyless.push(...letterOf(letter))
        return
      }
      const id = parkedId(letter.headers['facts.processor']?.toString() ?? '', letter.key)
      const stored = parked.get(id)
      if (stored?.parked.id !== identity) return
      for (const one of letterOf(letter)) {
        if (!isWaiting(one.record.offset, stored.parked)) continue
        const own = letters.get(id)
        const first = own?.get(one.record.offset)
        own?.set(one.record.offset, first === undefined ? one : { ...one, letter: first.letter })
      }
    })
    const waiting = [...parked].map(([id, stored]): WaitingKey => {
      const own = [...(letters.get(id)?.values() ?? [])]
      own.sort((a, b) => (a.record.offset < b.record.offset ? -1 : 1))
      // What came after the state was read is not covered by it.
      return { ...stored, letters: own.slice(0, stored.parked.count) }
    })
    return { waiting, keyless }
  }
}

/** Whether the change is one of those that wait. */
function isWaiting(offset: bigint, { taken, offset: first, last }: ParkedKey): boolean {
  return (
    offset >= BigInt(first) && offset <= BigInt(last) && (taken === '' || offset > BigInt(taken))
  )
}

function letterOf(letter: LogRecord): readonly DeadLetter[] {
  const record = inputRecord(letter)
  if (record === undefined) return []
  const { headers, partition, offset } = letter
  const code = headers['facts.error.code']?.toString() ?? ''
  const message = headers['facts.error.message']?.toString() ?? ''
  return [{ code, message, record, letter: { partition, offset } }]
}

const isLost = ({ letters, parked }: WaitingKey): boolean => letters.length < parked.count

function checkWhole(
  waiting: WaitingKey,
  leaveOut: ReadonlySet<bigint> | 'all',
  topic: string,
): void {
  if (leaveOut === 'all' || !isLost(waiting)) return
  const { key, parked, letters } = waiting
  throw new FactsError(
    'DEAD_LETTERS_LOST',
    `${parked.count} changes of this key wait, but only ${letters.length} are left on ${topic}: the topic's retention or a person deleted the others. Nothing was replayed. Leave all of them out with "facts dead-letters drop --offset all", then bring the row's fact up to date with "facts resync --snapshot".`,
    { key: key.toString() },
  )
}
