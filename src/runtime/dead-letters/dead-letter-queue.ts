import { FactsError } from '../../errors'
import { eachRecord } from '../../broker/each-record'
import type { Log } from '../../broker/ports'
import type { LogRecord, OutputRecord } from '../../topology/record'
import type { Topology } from '../../topology/topology'
import { commitRecords } from '../commit/commit-records'
import { inputRecord } from './control-record'
import { parkingOf } from './dead-letter'
import type { ParkedKey } from './parked-keys'
import { parkedId } from './parked-keys'
import type { StoredKey } from './parked-view'
import { ParkedView } from './parked-view'
import { readOriginal } from './read-original'
import { dropRecords, replayRecords } from './replay-records'
import type { DeadLetter, WaitingKey } from './waiting-key'

export interface DeadLetterQueueOptions {
  readonly log: Log
  readonly topology: Topology
  readonly applicationId: string
}

export interface ReplayRequest {
  readonly waiting: WaitingKey
  /** Input offsets to skip permanently; `all` settles the key without processing any of its changes. */
  readonly leaveOut?: ReadonlySet<bigint> | 'all'
}

/** All dead letters on the topics. */
export interface Overview {
  /** Parked keys, in the order in which they were parked. */
  readonly waiting: readonly WaitingKey[]
  /** Dead letters without a parked key: of records without a key, and control records. */
  readonly keyless: readonly DeadLetter[]
}

/** Limits of one transaction, well below the broker's. */
const TRANSACTION_RECORDS = 5_000
const TRANSACTION_BYTES = 16 * 1024 * 1024
const NOTHING: ReadonlySet<bigint> = new Set()

/** The dead letters of an application, for operators: lists parked keys and replays them. */
export class DeadLetterQueue {
  constructor(private readonly options: DeadLetterQueueOptions) {}

  async waiting(): Promise<readonly WaitingKey[]> {
    const parked = await this.parked()
    return parked.size === 0 ? [] : (await this.read(parked)).waiting
  }

  /** Number of parked keys, without reading their dead letters. */
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
   * The same for many keys, by one producer, each key in a single transaction, in as few transactions as possible; `onProgress`
   * receives the number of keys sent so far. Keys whose dead letters are lost are skipped, and returned.
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

  /** The complete input record of the dead letter. Throws ORIGINAL_LOST. */
  original({ record }: Pick<DeadLetter, 'record'>): Promise<LogRecord> {
    return readOriginal(this.options.log, record)
  }

  /** The outcome of a key's replay: undefined until the pipeline has processed it. */
  async outcome(waiting: WaitingKey): Promise<'resumed' | WaitingKey | undefined> {
    const { processor, key, parked } = waiting
    const id = parkedId(processor, key)
    const found = (await this.parked()).get(id)
    if (found?.parked.id !== parked.id) return 'resumed'
    if (found.parked.round === parked.round) return undefined
    return (await this.read(new Map([[id, found]]))).waiting[0]
  }

  /** Follows the parked keys until it is stopped. */
  async follow(): Promise<ParkedView> {
    const view = new ParkedView(this.options)
    await view.start()
    return view
  }

  /** The current dead letters of these keys. */
  async lettersOf(keys: ReadonlyMap<string, StoredKey>): Promise<readonly WaitingKey[]> {
    return (await this.read(keys)).waiting
  }

  private async parked(): Promise<ReadonlyMap<string, StoredKey>> {
    const view = await this.follow()
    await view.stop()
    return view.keys
  }

  /** Reads the dead-letter topic once, and returns the dead letters of the keys. */
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
      // Later dead letters are not covered by the state that was read.
      return { ...stored, letters: own.slice(0, stored.parked.count) }
    })
    return { waiting, keyless }
  }
}

/** Whether the change is one of the parked key's. */
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
    `${parked.count} changes of this key are parked, but only ${letters.length} are left on ${topic}: the others were deleted, by retention or by an operator. Nothing was replayed. Skip all of them with "facts dead-letters drop --offset all", then bring the row's fact up to date with "facts resync --snapshot".`,
    { key: key.toString() },
  )
}
