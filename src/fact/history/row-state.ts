import type { Operation } from '../../table/shape/change-event'
import { RowImage } from './row-image'
import type { PlacedColumn } from '../../table/shape/table-shape'
import type { StateStore } from '../../topology/store'
import type { ChangePosition, KnownPosition } from './row-position'
import { namesOfHash } from './hashed-columns'
import { RowSchemas, SchemaReader } from './row-schemas'
import type { TruncateMark } from './truncate-mark'

type Row = Readonly<Record<string, unknown>>

/*
 * The stored form: version, whether the row is there, position (LSN, place in the transaction, LSN of the snapshot, commit
 * time, epoch, time of the snapshot), revision, columns (number of a schema, see RowSchemas), image. Version 2 had a hash of
 * the columns' names in its place; version 1 had neither the time of the snapshot nor the revision.
 */
const VERSION = 3
const HASHED = 2
const LIVE_AT = 1
const LSN_AT = 2
const ORDER_AT = 10
const SNAPSHOT_AT = 18
const COMMITTED_AT = 26
const EPOCH_AT = 34
const SNAPSHOT_TIME_AT = 38
const REVISION_AT = 46
const COLUMNS_AT = 54
const IMAGE_AT = 58
const V1_COLUMNS_AT = 38
const V1_IMAGE_AT = 42

/** Prefix of keys that are not rows' keys: PostgreSQL's text contains no NUL. */
const RESERVED = '\u0000'
const TRUNCATED = `${RESERVED}truncated`
const EPOCH = `${RESERVED}epoch`

/** The state of one primary key. */
export class KnownRow implements KnownPosition {
  constructor(
    /** The stored form. */
    readonly bytes: Buffer,
  ) {}

  get isLive(): boolean {
    return this.bytes[LIVE_AT] === 1
  }
  get lsn(): bigint {
    return this.bytes.readBigUInt64BE(LSN_AT)
  }
  get order(): bigint {
    return this.bytes.readBigUInt64BE(ORDER_AT)
  }
  get snapshotLsn(): bigint {
    return this.bytes.readBigUInt64BE(SNAPSHOT_AT)
  }
  get committedAt(): bigint {
    return this.bytes.readBigInt64BE(COMMITTED_AT)
  }
  get epoch(): number {
    return this.bytes.readUInt32BE(EPOCH_AT)
  }
  get snapshotAt(): bigint {
    return this.bytes.readBigInt64BE(SNAPSHOT_TIME_AT)
  }
  /** Revision of the subject's last fact. */
  get revision(): bigint {
    return this.bytes.readBigUInt64BE(REVISION_AT)
  }
}

/**
 * The rows of one table as a task knows them, by primary key as text.
 *
 * Positions are compared per key, never across keys: a row lock serialises the writers of a row in the order of their LSNs,
 * and nothing does that for a partition or a table.
 */
export class RowStates {
  private readonly image: RowImage
  private readonly schemas: RowSchemas
  /** For rows that were stored with a hash of their column names. */
  private readonly hashed = new Map<number, SchemaReader | undefined>()

  constructor(
    private readonly store: StateStore,
    private readonly columns: readonly PlacedColumn[],
    /** Number of the database's current history (pipeline.epoch): LSNs of different ones are not comparable. */
    readonly lastEpoch: number,
  ) {
    this.image = new RowImage(columns.map(({ name }) => name))
    this.schemas = new RowSchemas(store, columns)
  }

  get(subject: string): KnownRow | undefined {
    const bytes = this.store.get(subject)
    return bytes === undefined ? undefined : this.known(subject, bytes)
  }

  private known(subject: string, bytes: Buffer): KnownRow {
    if (isKnownVersion(bytes) && bytes.length >= IMAGE_AT) return new KnownRow(bytes)
    if (bytes[0] === 1 && bytes.length >= V1_IMAGE_AT) {
      return new KnownRow(ofVersion1(bytes, this.truncated?.lsn ?? 0n))
    }
    throw new Error(`The state of ${subject} has version ${bytes[0] ?? 0}, expected ${VERSION}.`)
  }

  /** The stored form of a row after a change; `null` is a deleted row. */
  encode(change: PlacedChange, row: Row | null, known: KnownRow | undefined): Buffer {
    const bytes = row === null ? Buffer.allocUnsafe(IMAGE_AT) : this.image.encode(row, IMAGE_AT)
    const { operation, position, epoch, revision } = change
    bytes[0] = VERSION
    bytes[LIVE_AT] = row === null ? 0 : 1
    // Positions of an earlier history do not apply to this one. (For so few bytes a loop is faster than a copy.)
    const before = known?.epoch === epoch ? known.bytes : undefined
    for (let at = LSN_AT; at < REVISION_AT; at += 1) bytes[at] = before?.[at] ?? 0
    if (operation === 'read') {
      bytes.writeBigUInt64BE(position.lsn, SNAPSHOT_AT)
      bytes.writeBigInt64BE(position.committedAt, SNAPSHOT_TIME_AT)
    } else {
      bytes.writeBigUInt64BE(position.lsn, LSN_AT)
      bytes.writeBigUInt64BE(position.transactionOrder ?? 0n, ORDER_AT)
      // The latest: the clock may have been set back in between.
      if (before === undefined || before.readBigInt64BE(COMMITTED_AT) < position.committedAt) {
        bytes.writeBigInt64BE(position.committedAt, COMMITTED_AT)
      }
    }
    bytes.writeUInt32BE(epoch, EPOCH_AT)
    bytes.writeBigUInt64BE(revision, REVISION_AT)
    bytes.writeUInt32BE(this.schemas.current(), COLUMNS_AT)
    return bytes
  }

  /** Every row, deleted ones included. */
  *entries(): Iterable<readonly [subject: string, known: KnownRow]> {
    for (const [subject, bytes] of this.store.entries()) {
      if (!subject.startsWith(RESERVED)) yield [subject, this.known(subject, bytes)]
    }
  }

  /** The key of a live row, with any stored schema: key columns come first. */
  keyOf(known: KnownRow, names: readonly string[]): Row {
    const row = this.rowOf(known) ?? {}
    return names.every((name) => name in row)
      ? Object.fromEntries(names.map((name) => [name, row[name]]))
      : this.image.decodeFirst(known.bytes, IMAGE_AT, names)
  }

  /**
   * Marks the row as deleted by a fact of the revision; the position of its last change stays, so that a late change is
   * not mistaken for a repetition.
   */
  remove(subject: string, { bytes }: KnownRow, revision: bigint): void {
    const removed = Buffer.from(bytes.subarray(0, IMAGE_AT))
    removed[LIVE_AT] = 0
    removed.writeBigUInt64BE(revision, REVISION_AT)
    this.store.set(subject, removed)
  }

  /** The last TRUNCATE. */
  get truncated(): TruncateMark | undefined {
    const bytes = this.store.get(TRUNCATED)
    if (bytes === undefined) return undefined
    const lsn = bytes.readBigUInt64BE()
    if (bytes.length === 8) return { epoch: 1, lsn, committedAt: undefined }
    return { epoch: bytes.readUInt32BE(16), lsn, committedAt: bytes.readBigInt64BE(8) }
  }

  rememberTruncate(mark: TruncateMark): void {
    const bytes = Buffer.alloc(20)
    bytes.writeBigUInt64BE(mark.lsn)
    bytes.writeBigInt64BE(mark.committedAt ?? 0n, 8)
    bytes.writeUInt32BE(mark.epoch, 16)
    this.store.set(TRUNCATED, bytes)
  }

  /**
   * The earliest history of the database that a record of the input may belong to. A partition's records are in the order of
   * histories, so records after the first one of an epoch do not belong to an earlier one.
   */
  epochAt(offset: bigint): number {
    const bytes = this.lastEpoch === 1 ? undefined : this.store.get(EPOCH)
    if (bytes === undefined) return 1
    return bytes.readUInt32BE(offset >= bytes.readBigUInt64BE(8) ? 0 : 4)
  }

  /** Remembers that the record at the offset belongs to the epoch. */
  reach(epoch: number, offset: bigint): void {
    const bytes = Buffer.alloc(16)
    bytes.writeUInt32BE(epoch)
    bytes.writeUInt32BE(this.store.get(EPOCH)?.readUInt32BE() ?? 1, 4)
    bytes.writeBigUInt64BE(offset, 8)
    this.store.set(EPOCH, bytes)
  }

  put(subject: string, bytes: Buffer): void {
    this.store.set(subject, bytes)
  }

  /**
   * The last row, undefined when it was deleted. A row that was stored with other columns than the declared ones lacks the
   * unknown ones.
   */
  rowOf({ bytes, isLive }: KnownRow): Row | undefined {
    if (!isLive) return undefined
    const columns = bytes.readUInt32BE(COLUMNS_AT)
    if (bytes[0] === HASHED) return this.hashedReader(columns)?.read(bytes, IMAGE_AT)
    if (this.schemas.isCurrent(columns)) return this.image.decode(bytes, IMAGE_AT)
    return this.schemas.reader(columns).read(bytes, IMAGE_AT)
  }

  /**
   * Whether a stored form of the declared columns equals the known row, regardless of positions: both deleted, or the same
   * values. Unknown columns count as equal with `isRepeated`, when the change is the one that the known row came from;
   * otherwise they have the value that is read from records without them.
   */
  isSame(bytes: Buffer, row: Row | null, known: KnownRow, isRepeated: boolean): boolean {
    if (row === null || !known.isLive) return row === null && !known.isLive
    const before = known.bytes
    if (before[0] === VERSION && before.readUInt32BE(COLUMNS_AT) === bytes.readUInt32BE(COLUMNS_AT))
      return before.subarray(IMAGE_AT).equals(bytes.subarray(IMAGE_AT))
    const kept = this.rowOf(known)
    if (kept === undefined) return false
    const filled: Record<string, unknown> = {}
    for (const { name, column } of this.columns) {
      if (name in kept) filled[name] = kept[name]
      else filled[name] = isRepeated ? row[name] : column.substitute
    }
    return this.image.encode(filled, 0).equals(bytes.subarray(IMAGE_AT))
  }

  private hashedReader(hash: number): SchemaReader | undefined {
    if (!this.hashed.has(hash)) {
      const names = namesOfHash(hash, this.columns)
      const schema = names?.map((name) => ({ name, kind: undefined }))
      this.hashed.set(hash, schema && new SchemaReader(schema, this.columns))
    }
    return this.hashed.get(hash)
  }
}

const isKnownVersion = (bytes: Buffer): boolean => bytes[0] === VERSION || bytes[0] === HASHED

/** The part of a change that is stored with its row. */
interface PlacedChange {
  readonly operation: Operation
  readonly position: ChangePosition
  readonly epoch: number
  /** Revision of the fact that the change makes, or of the last one when it makes none. */
  readonly revision: bigint
}

/** Sets the revision of the fact that the change makes, once it is known. */
export function setRevision(bytes: Buffer, revision: bigint): void {
  bytes.writeBigUInt64BE(revision, REVISION_AT)
}

/** Revision of the next fact of a row at an LSN: the LSN, unless the subject's last revision is not lower. */
export function revisionAfter({ revision }: Pick<KnownRow, 'revision'>, lsn: bigint): bigint {
  return lsn > revision ? lsn : revision + 1n
}

/**
 * The part of a changelog record that identifies a live row's state among all that it has ever had; undefined when there is
 * no live row.
 */
export function liveState(key: string, bytes: Buffer): Buffer | undefined {
  if (key.startsWith(RESERVED) || bytes[LIVE_AT] !== 1) return undefined
  const current = bytes[0] === 1 ? ofVersion1(bytes, 0n) : bytes
  return isKnownVersion(current) ? Buffer.from(current.subarray(0, IMAGE_AT)) : undefined
}

/** Whether a live row has the state that `liveState` returned, possibly in an earlier version of the format. */
export function isSeenState(key: string, { bytes }: KnownRow, seen: Buffer): boolean {
  const before = liveState(key, seen)
  return before !== undefined && liveState(key, bytes)?.equals(before) === true
}

/**
 * Converts a row of version 1 to version 2. Version 1 had one time, of the last change or snapshot, and no revision: that
 * was the LSN of the change; for a removed row the LSN after it, or that of the TRUNCATE.
 */
function ofVersion1(old: Buffer, truncatedAt: bigint): Buffer {
  const bytes = Buffer.alloc(old.length + IMAGE_AT - V1_IMAGE_AT)
  old.copy(bytes, 0, 0, V1_COLUMNS_AT)
  old.copy(bytes, COLUMNS_AT, V1_COLUMNS_AT)
  bytes[0] = HASHED
  const lsn = bytes.readBigUInt64BE(LSN_AT)
  const snapshotLsn = bytes.readBigUInt64BE(SNAPSHOT_AT)
  if (snapshotLsn > 0n) bytes.writeBigInt64BE(bytes.readBigInt64BE(COMMITTED_AT), SNAPSHOT_TIME_AT)
  if (lsn === 0n) bytes.writeBigInt64BE(0n, COMMITTED_AT)
  const last = lsn > snapshotLsn ? lsn : snapshotLsn
  const removed = last + 1n > truncatedAt ? last + 1n : truncatedAt
  bytes.writeBigUInt64BE(bytes[LIVE_AT] === 1 ? last : removed, REVISION_AT)
  return bytes
}
