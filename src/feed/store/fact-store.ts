import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Database, RootDatabase } from 'lmdb'
import { OpenMark } from '../../lmdb/open-mark'
import { privateFolder } from '../../lmdb/private-folder'
import { refuseForeign } from '../../lmdb/refuse-foreign'
import { FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import { microseconds } from '../cursor/commit-time'
import type { Positions } from '../cursor/position'
import type { Entry, KeyEntry, Low } from './entry'
import { explainFeedWrite } from './explain-feed-write'
import type { FactRow } from './entry'
import { checkOf, decodeRow, encodeRow } from './fact-row'
import { openDatabase } from './open-database'
import type { StoredPosition } from './stored-position'
import { FRESH, seenOf, startingAt } from './stored-position'
import { latestKey, keyOf, offsetOf, rowKey } from './store-key'

const FORMAT = 1
/** LMDB's limit for keys, minus the partition prefix. */
const MAX_KEY_BYTES = 1_900

interface Meta {
  readonly format: number
  readonly owner: string
  readonly topic: string
  readonly partitions: readonly StoredPosition[]
}

/**
 * The facts of a feed's topic in LMDB: each with a pointer to the previous one of the same key, the last one of each key, and
 * the positions, all changed in one LMDB transaction. A copy of the topic, written without fsync: when it is lost, foreign or
 * damaged, it is rebuilt.
 */
export class FactStore {
  private readonly root: RootDatabase<unknown, Buffer>
  private readonly meta: Database<unknown, string>
  private readonly rows: Database<Buffer, Buffer>
  private readonly latest: Database<Buffer, Buffer>
  private readonly owner = randomUUID()
  private readonly mark: OpenMark
  private partitions: StoredPosition[]

  /** Throws Error when the folder has a store of another topic or with another number of partitions. */
  constructor(
    readonly folder: string,
    private readonly topic: string,
    partitions: number,
    /** Called when a row is damaged, before the error is thrown. */
    private readonly onDamage: () => void = () => undefined,
  ) {
    privateFolder(folder)
    this.mark = new OpenMark(folder)
    this.mark.check()
    refuseForeign(join(folder, 'data.mdb'))
    this.mark.open()
    this.root = openDatabase(folder, 3)
    this.meta = this.root.openDB({ name: 'meta', encoding: 'json' })
    this.rows = this.root.openDB({ name: 'facts', encoding: 'binary', keyEncoding: 'binary' })
    this.latest = this.root.openDB({ name: 'latest', encoding: 'binary', keyEncoding: 'binary' })
    const found = this.meta.get('meta') as Meta | undefined
    if (found !== undefined && (found.format !== FORMAT || found.topic !== topic)) {
      this.close()
      throw new Error(`it holds ${found.topic} in format ${found.format}`)
    }
    this.partitions = [...(found?.partitions ?? Array.from({ length: partitions }, () => FRESH))]
    if (this.partitions.length !== partitions) {
      this.close()
      throw new Error(`it has ${this.partitions.length} partitions, the topic ${partitions}`)
    }
    try {
      this.root.transactionSync(() => this.writeMeta())
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Positions up to which the topic was read. */
  positions(): Positions {
    return this.partitions.map(({ next, check }) => ({ next: BigInt(next), check }))
  }

  /** The first complete offset of each partition. */
  lowest(): readonly Low[] {
    return this.partitions.map(({ low, lowTime }) => ({
      offset: BigInt(low),
      time: lowTime === undefined ? undefined : BigInt(lowTime),
    }))
  }

  /** Offsets before which every record was ingested. */
  seen(): readonly bigint[] {
    return this.partitions.map(seenOf)
  }

  setSeen(offsets: ReadonlyMap<number, bigint>): void {
    const moved = this.partitions.map((one, index) => ({
      ...one,
      seen: String(offsets.get(index) ?? one.seen),
    }))
    if (moved.every(({ seen }, index) => seen === this.partitions[index]?.seen)) return
    this.write(() => (this.partitions = moved))
  }

  /** Sets the first offsets of an empty store. */
  beginAt(lows: readonly bigint[]): void {
    this.write(() => (this.partitions = lows.map(startingAt)))
  }

  /**
   * Ingests records in their order; those that it has already are ignored. Returns the number of records that are not facts:
   * without a key, or with one that is too long.
   */
  ingest(records: readonly LogRecord[]): number {
    let skipped = 0
    this.write(() => {
      for (const record of records) if (!this.take(record)) skipped += 1
    })
    return skipped
  }

  row(partition: number, offset: bigint): Entry | undefined {
    const bytes = this.rows.get(rowKey(partition, offset))
    return bytes === undefined ? undefined : this.decode(bytes, partition, offset)
  }

  /** Rows of one partition from the offset, lazily; finish the iteration without awaiting. */
  *rowsFrom(partition: number, from: bigint, until: bigint): Generator<Entry> {
    const range = { start: rowKey(partition, from), end: rowKey(partition, until) }
    for (const { key, value } of this.rows.getRange(range)) {
      yield this.decode(value, partition, offsetOf(key))
    }
  }

  /** The last row before the offset. */
  rowBefore(partition: number, offset: bigint): Entry | undefined {
    const range = { start: rowKey(partition, offset), end: rowKey(partition, 0n), reverse: true }
    for (const { key, value } of this.rows.getRange({
      ...range,
      exclusiveStart: true,
      inclusiveEnd: true,
      limit: 1,
    })) {
      return this.decode(value, partition, offsetOf(key))
    }
    return undefined
  }

  /** The row at the offset, or the next one. */
  rowAt(partition: number, offset: bigint): Entry | undefined {
    const rows = this.rowsFrom(partition, offset, 2n ** 63n)
    const row = rows.next()
    rows.return(undefined)
    return row.done === true ? undefined : row.value
  }

  latestOf(partition: number, key: Buffer): bigint | undefined {
    return this.latest.get(latestKey(partition, key))?.readBigUInt64LE()
  }

  /** Keys of a partition in their order, after the given one. */
  keysAfter(partition: number, key: Buffer | undefined, limit: number): readonly KeyEntry[] {
    const range = {
      start: latestKey(partition, key ?? Buffer.alloc(0)),
      exclusiveStart: key !== undefined,
      end: latestKey(partition + 1, Buffer.alloc(0)),
      limit,
    }
    return [...this.latest.getRange(range)].map((entry) => ({
      key: keyOf(entry.key),
      offset: entry.value.readBigUInt64LE(),
    }))
  }

  /**
   * Deletes rows before the offset, as the topic has: a server that has only read the rest gives the same responses. At most
   * `limit` rows; false when there are more.
   */
  trim(partition: number, low: bigint, limit: number): boolean {
    const range = { start: rowKey(partition, 0n), end: rowKey(partition, low) }
    const gone = [...this.rows.getRange({ ...range, limit })].map(({ key, value }) =>
      this.decode(value, partition, offsetOf(key)),
    )
    const last = gone.at(-1)
    if (last === undefined) return true
    this.write(() => {
      for (const { offset, key } of gone) {
        void this.rows.remove(rowKey(partition, offset))
        if (this.latestOf(partition, key) === offset)
          void this.latest.remove(latestKey(partition, key))
      }
      const position = this.partitions[partition] ?? FRESH
      if (last.offset >= BigInt(position.low)) {
        const [next, lowTime] = [String(last.offset + 1n), String(last.highestTime)]
        this.partitions[partition] = { ...position, low: next, lowTime }
      }
    })
    return gone.length < limit
  }

  clear(): void {
    this.highest.length = 0
    this.write(() => {
      this.rows.clearSync()
      this.latest.clearSync()
      this.partitions = this.partitions.map(() => FRESH)
    })
  }

  close(): void {
    this.mark.close('data.mdb')
    void this.root.close()
  }

  private take({ partition, offset, key, value, headers }: LogRecord): boolean {
    const position = this.partitions[partition]
    if (position === undefined || offset < BigInt(position.next)) return position !== undefined
    const next = String(offset + 1n)
    if (key === null || key.length > MAX_KEY_BYTES) {
      this.partitions[partition] = { ...position, next }
      return false
    }
    const time = microseconds(String(headers['ce_time'] ?? '')) ?? 0n
    const highest = this.highestTime(partition, offset)
    const check = checkOf(key, value)
    const type = String(headers['ce_type'] ?? '')
    const row: FactRow = {
      key,
      value,
      previous: this.latestOf(partition, key),
      time,
      highestTime: time > highest ? time : highest,
      check,
      isDelete: type.endsWith('.deleted'),
      isUpdate: type.endsWith('.updated'),
    }
    void this.rows.put(rowKey(partition, offset), encodeRow(row))
    const pointer = Buffer.alloc(8)
    pointer.writeBigUInt64LE(offset)
    void this.latest.put(latestKey(partition, key), pointer)
    this.partitions[partition] = { ...position, next, check }
    this.highest[partition] = row.highestTime
    return true
  }

  /** Highest commit times of the last rows, cached from row to row. */
  private readonly highest: (bigint | undefined)[] = []
  private highestTime(partition: number, offset: bigint): bigint {
    return (this.highest[partition] ??= this.rowBefore(partition, offset)?.highestTime ?? 0n)
  }

  private decode(bytes: Buffer, partition: number, offset: bigint): Entry {
    try {
      return decodeRow(bytes, partition, offset)
    } catch (error) {
      this.onDamage()
      throw error
    }
  }

  /** Atomic, cached values included. Throws DISK_FULL and STORE_TAKEN. */
  private write(change: () => void): void {
    const before = this.partitions
    this.partitions = [...before]
    try {
      this.root.transactionSync(() => {
        this.refuseOthers()
        change()
        this.writeMeta()
      })
    } catch (error) {
      this.partitions = before
      this.highest.length = 0
      throw explainFeedWrite(error, this.folder)
    }
  }

  private writeMeta(): void {
    const { owner, topic, partitions } = this
    void this.meta.put('meta', { format: FORMAT, owner, topic, partitions } satisfies Meta)
  }

  /** Checked within the transaction, because LMDB allows one writing process at a time. */
  private refuseOthers(): void {
    if ((this.meta.get('meta') as Meta | undefined)?.owner === this.owner) return
    throw new FactsError(
      'STORE_TAKEN',
      `Another process has taken over the feed's store in ${this.folder}. Give each server a folder of its own (FACTS_FEED_DIR).`,
    )
  }
}
