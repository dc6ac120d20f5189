import type { Operation } from '../change/change-event'
import { RowImage } from '../change/row-image'
import type { SourcePosition } from '../change/source-position'
import type { StateStore } from '../topology/store'

type Row = Readonly<Record<string, unknown>>

/** What is known of one primary key. */
export interface KnownRow {
  /** Position of the last streamed change; 0 when only snapshots have told of the row. */
  readonly lsn: bigint
  /** Its place in the source transaction. */
  readonly order: bigint
  /** Commit time of the last streamed change or, later than that, of the snapshot; microseconds since the epoch. */
  readonly committedAt: bigint
  /** History of the database that the position belongs to. */
  readonly epoch: number
  /** LSN of the last snapshot that held the row; 0 when none did. */
  readonly snapshotLsn: bigint
  readonly isLive: boolean
  /** The stored form. */
  readonly bytes: Buffer
}

/*
 * The stored form: version, whether the row is there, position, snapshot, time, epoch, columns (a hash of their names),
 * image.
 */
const VERSION = 1
const LIVE_AT = 1
const LSN_AT = 2
const ORDER_AT = 10
const SNAPSHOT_AT = 18
const COMMITTED_AT = 26
const EPOCH_AT = 34
const COLUMNS_AT = 38
const IMAGE_AT = 42

/** Begins what is no row's key: PostgreSQL's text holds no NUL. */
const RESERVED = '\u0000'
const TRUNCATED = `${RESERVED}truncated`

/** How a streamed change stands to what is known of its key. */
export type Comparison = 'older' | 'same' | 'newer'

/**
 * The rows of one table as a task knows them, by primary key as text.
 *
 * Positions are compared per key, never across keys: a row lock puts the writers of a row in the order of their LSNs, and
 * nothing does that for a partition or a table. And a snapshot's LSN is not compared with those of streamed changes to
 * decide what was seen: a transaction that was under way during the snapshot has lower LSNs than the snapshot, yet is
 * not in it.
 */
export class RowStates {
  private readonly image: RowImage
  private readonly columns: number

  constructor(
    private readonly store: StateStore,
    names: readonly string[],
    /** Counts the histories of the database: LSNs of different ones are not comparable. */
    private readonly epoch: number,
  ) {
    this.image = new RowImage(names)
    this.columns = hashOf(names)
  }

  get(subject: string): KnownRow | undefined {
    const bytes = this.store.get(subject)
    if (bytes === undefined) return undefined
    if (bytes.length < IMAGE_AT || bytes[0] !== VERSION) {
      throw new Error(`The state of ${subject} has version ${bytes[0] ?? 0}, expected ${VERSION}.`)
    }
    return {
      lsn: bytes.readBigUInt64BE(LSN_AT),
      order: bytes.readBigUInt64BE(ORDER_AT),
      snapshotLsn: bytes.readBigUInt64BE(SNAPSHOT_AT),
      committedAt: bytes.readBigInt64BE(COMMITTED_AT),
      epoch: bytes.readUInt32BE(EPOCH_AT),
      isLive: bytes[LIVE_AT] === 1,
      bytes,
    }
  }

  /** The stored form of a row after a change; `null` is a deleted row. */
  encode(change: RowPosition, row: Row | null, known: KnownRow | undefined): Buffer {
    const bytes = row === null ? Buffer.allocUnsafe(IMAGE_AT) : this.image.encode(row, IMAGE_AT)
    const { operation, position } = change
    const isSnapshot = operation === 'read'
    bytes[0] = VERSION
    bytes[LIVE_AT] = row === null ? 0 : 1
    bytes.writeBigUInt64BE(isSnapshot ? (known?.lsn ?? 0n) : position.lsn, LSN_AT)
    bytes.writeBigUInt64BE(
      isSnapshot ? (known?.order ?? 0n) : (position.transactionOrder ?? 0n),
      ORDER_AT,
    )
    bytes.writeBigUInt64BE(isSnapshot ? position.lsn : (known?.snapshotLsn ?? 0n), SNAPSHOT_AT)
    bytes.writeBigInt64BE(position.committedAt, COMMITTED_AT)
    bytes.writeUInt32BE(this.epoch, EPOCH_AT)
    bytes.writeUInt32BE(this.columns, COLUMNS_AT)
    return bytes
  }

  /** Live rows with nothing newer than the position: what a TRUNCATE at it removed. */
  *liveBefore(lsn: bigint): Iterable<readonly [subject: string, known: KnownRow]> {
    for (const [subject] of this.store.entries()) {
      if (subject.startsWith(RESERVED)) continue
      const known = this.get(subject)
      if (known?.isLive === true && known.lsn < lsn && known.snapshotLsn < lsn) {
        yield [subject, known]
      }
    }
  }

  /** The key of a live row, whatever columns it was kept with: the key's come first. */
  keyOf({ bytes }: KnownRow, names: readonly string[]): Row {
    return this.image.decodeFirst(bytes, IMAGE_AT, names)
  }

  /** The row is gone; the position of its last change stays, so that what comes late is not taken for a repetition. */
  remove(subject: string, { bytes }: KnownRow): void {
    const removed = Buffer.from(bytes.subarray(0, IMAGE_AT))
    removed[LIVE_AT] = 0
    this.store.set(subject, removed)
  }

  /** LSN of the last TRUNCATE, 0 before any. */
  get truncatedAt(): bigint {
    return this.store.get(TRUNCATED)?.readBigUInt64BE() ?? 0n
  }

  set truncatedAt(lsn: bigint) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(lsn)
    this.store.set(TRUNCATED, bytes)
  }

  /** Whether the row is known from a history of the database that is over. */
  isOfEarlierEpoch({ epoch }: KnownRow): boolean {
    return epoch < this.epoch
  }

  put(subject: string, bytes: Buffer): void {
    this.store.set(subject, bytes)
  }

  /** The last row, undefined when it was deleted or was kept with other columns than the table is declared with now. */
  rowOf({ bytes, isLive }: KnownRow): Row | undefined {
    if (!isLive || bytes.readUInt32BE(COLUMNS_AT) !== this.columns) return undefined
    return this.image.decode(bytes, IMAGE_AT)
  }
}

/** What of a change decides how its row is kept. */
interface RowPosition {
  readonly operation: Operation
  readonly position: Pick<SourcePosition, 'lsn' | 'transactionOrder' | 'committedAt'>
}

/** How a streamed change stands to the last one of its row, both of the same epoch. */
export function compare(
  { lsn, transactionOrder }: RowPosition['position'],
  known: Pick<KnownRow, 'lsn' | 'order'>,
): Comparison {
  if (lsn !== known.lsn) return lsn < known.lsn ? 'older' : 'newer'
  const order = transactionOrder ?? 0n
  if (order === known.order) return 'same'
  return order < known.order ? 'older' : 'newer'
}

/** Whether two stored forms hold the same row, whatever their positions: both deleted, or the same image. */
export function isSameRow(a: Buffer, b: Buffer): boolean {
  if (a[LIVE_AT] === 0 && b[LIVE_AT] === 0) return true
  return a[LIVE_AT] === b[LIVE_AT] && a.subarray(COLUMNS_AT).equals(b.subarray(COLUMNS_AT))
}

/**
 * What tells a live row's state from any other that it had or will have, of a record of the store's changelog; undefined
 * when there is no live row.
 */
export function liveState(key: string, bytes: Buffer): Buffer | undefined {
  if (key.startsWith(RESERVED) || bytes[0] !== VERSION || bytes[LIVE_AT] !== 1) return undefined
  return Buffer.from(bytes.subarray(0, IMAGE_AT))
}

/** FNV-1a of the names, 32 bits. */
function hashOf(names: readonly string[]): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(names.join('\n'))) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
