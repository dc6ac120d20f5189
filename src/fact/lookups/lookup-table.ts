import type { ChangeEvent, TruncateEvent } from '../../table/shape/change-event'
import { FactsError, toFactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { OpenTable } from '../../topology/topology'
import { ColumnHistory } from '../history/column-history'
import { frozenRow } from './frozen-row'
import type { KeyColumns } from '../value/key-text'
import { keyText } from '../value/key-text'
import type { AnyTable } from '../declare/lookup'
import { movedKey } from '../history/moved-key'
import type { LeftRow, Owed } from './moved-rows'
import { MovedRows, settled } from './moved-rows'
import type { KnownPosition } from '../history/row-position'
import { compareChange } from '../history/compare-change'
import { TableFaults } from './table-faults'
import type { TruncateMark } from '../history/truncate-mark'
import { compareTruncate, compareWithMark } from '../history/truncate-mark'

type Row = Readonly<Record<string, unknown>>
type RowChange = Exclude<ChangeEvent<KeyColumns, Row>, { readonly operation: 'truncate' }>

/** A row that can be looked up; `row` is undefined when it was deleted. */
interface Entry extends KnownPosition, LeftRow {}

const NOTHING: Owed = Object.freeze({})

/**
 * The rows of one table by primary key as text, from its topic. Like the rows of facts they are compared by position: a
 * change that is redelivered, in any order, does not alter the row, and neither does one before a TRUNCATE.
 */
export class LookupTable implements OpenTable {
  private readonly entries = new Map<string, Entry>()
  private readonly faults: TableFaults
  private readonly moved = new MovedRows()
  /** By key change: the row that waits for a value from it. */
  private readonly debtors = new Map<string, string>()
  /** By key: the record of a row whose values have not all been read. */
  private readonly lacking = new Map<string, Pick<LogRecord, 'topic' | 'partition' | 'offset'>>()
  private readonly history: ColumnHistory
  private mark: TruncateMark | undefined
  private live = 0

  constructor(
    private readonly table: AnyTable,
    /** Number of the database's current history (pipeline.epoch). */
    private readonly lastEpoch: number,
  ) {
    this.faults = new TableFaults(table)
    this.history = new ColumnHistory(table.topic, table.columns)
  }

  readonly rows = { get: (key: string): Row | undefined => this.entries.get(key)?.row }

  get size(): number {
    return this.live
  }

  get fault(): FactsError | undefined {
    const [first] = this.lacking
    if (first === undefined) return this.faults.first
    const [key, { topic, partition, offset }] = first
    const owed = Object.keys(this.entries.get(key)?.owed ?? {})
    return lacks(owed).at({ topic, partition, offset, key })
  }

  apply(record: LogRecord): void {
    let key: string | undefined
    try {
      const change = this.table.decode(record)
      if (change.operation === 'truncate') {
        this.truncate(change, record)
        return
      }
      if (change.operation !== 'tombstone') this.history.check(change)
      key = keyText(change.key as KeyColumns)
      if (change.operation === 'tombstone') this.bury(key, record)
      else this.change(key, change as RowChange, record)
    } catch (error) {
      key ??= this.keyOf(record)
      const known = key === undefined ? undefined : this.entries.get(key)
      this.faults.add(record, toFactsError(error), known)
    }
  }

  private change(key: string, change: RowChange, record: LogRecord): void {
    const known = this.entries.get(key)
    const { lastEpoch, mark } = this
    const { comparison, epoch } = compareChange(change, known, { earliest: 1, lastEpoch })
    if (comparison === 'older' || this.isTruncated(change, epoch, mark)) {
      this.faults.passOver(record)
      return
    }
    const move = movedKey(this.table, change.operation, record)
    const isAgain = comparison === 'same'
    const kept =
      change.after === null
        ? { row: undefined, owed: NOTHING }
        : this.whole(key, change, isAgain ? undefined : move?.from)
    if (move?.to !== undefined && known?.row !== undefined) {
      this.leave(MovedRows.change(key, move.to, change.position.lsn), move.to, change, known)
    }
    this.set(key, { ...placed(change, known, epoch), ...kept }, record)
    if (isAgain) this.faults.passOver(record)
    else this.faults.supersede(record, change.position)
  }

  /** Whether a TRUNCATE that was read before the change is later than it. */
  private isTruncated(
    { position }: RowChange,
    epoch: number,
    mark: TruncateMark | undefined,
  ): boolean {
    if (mark === undefined || epoch > mark.epoch) return false
    const order = compareWithMark(position, mark)
    return order === 'older' || order === 'same'
  }

  /** The row after a change, completed with the values read so far that the change lacks. */
  private whole(key: string, change: RowChange, from: string | undefined): LeftRow {
    const { after, unavailable } = change
    const row = after as Row
    if (from !== undefined) return this.arrived(row, change, from, key)
    if (unavailable.length === 0) return { row: frozenRow(row), owed: NOTHING }
    const known = this.entries.get(key)
    if (known?.row === undefined) throw lacks(unavailable)
    const owed = Object.entries(known.owed).filter(([column]) => unavailable.includes(column))
    return { row: healed(row, unavailable, known.row), owed: Object.fromEntries(owed) }
  }

  /** The row under its former key. */
  private arrived(
    row: Row,
    { unavailable, position }: RowChange,
    from: string,
    key: string,
  ): LeftRow {
    const move = MovedRows.change(from, key, position.lsn)
    const left = this.moved.arrive(move)
    if (unavailable.length === 0) return { row: frozenRow(row), owed: NOTHING }
    const owed = Object.fromEntries(unavailable.map((column) => [column, move]))
    if (left !== undefined) {
      const whole = settled(row, owed, move, left)
      return { row: frozenRow(whole.row ?? row), owed: whole.owed }
    }
    // Its delete is in a partition that is read later, and may be the only record of the old row.
    const known = this.entries.get(from)
    const before = known !== undefined && known.lsn < position.lsn ? known.row : undefined
    return { row: healed(row, unavailable, before ?? {}), owed }
  }

  /** The row leaves its key, and passes its values to the rows that wait for them. */
  private leave(move: string, to: string, { position }: RowChange, known: Entry): void {
    this.moved.settle(move, known)
    const debtor = this.debtors.get(move)
    const entry = debtor === undefined ? undefined : this.entries.get(debtor)
    this.debtors.delete(move)
    if (debtor !== undefined && entry?.row !== undefined) {
      const { row, owed } = settled(entry.row, entry.owed, move, known)
      this.set(debtor, { ...entry, row: row && frozenRow(row), owed })
    }
    const arrived = this.entries.get(to)
    if (arrived === undefined || arrived.lsn < position.lsn) this.moved.leave(move, known)
  }

  /** A tombstone follows a delete; if nothing else was read since, the delete was unreadable. */
  private bury(key: string, record: LogRecord): void {
    if (!this.faults.isLast(record)) return
    const known = this.entries.get(key)
    if (known !== undefined) this.set(key, { ...known, row: undefined, owed: NOTHING })
    this.faults.clear(record)
  }

  private truncate({ position }: TruncateEvent, record: LogRecord): void {
    const { lsn, committedAt } = position
    let epoch = 1
    if (this.mark !== undefined) {
      const order = compareWithMark(position, this.mark)
      if (order === 'older' || order === 'same') return
      const { epoch: last } = this.mark
      epoch = order === 'restarted' && last < this.lastEpoch ? last + 1 : last
    }
    for (const [key, entry] of this.entries) {
      if (entry.row === undefined) continue
      const order = compareTruncate(position, entry, epoch)
      const isOfNext = order === 'restarted' && entry.epoch < this.lastEpoch
      if (isOfNext && entry.epoch >= epoch) epoch = entry.epoch + 1
      if (order === 'newer' || isOfNext) {
        this.set(key, { ...entry, row: undefined, owed: NOTHING })
      }
    }
    this.mark = { epoch, lsn, committedAt }
    this.faults.empty({ record, position })
  }

  private set(key: string, entry: Entry, record?: LogRecord): void {
    const { row, owed } = entry
    const before = this.entries.get(key)
    if (before?.row !== undefined) this.live -= 1
    if (row !== undefined) this.live += 1
    this.entries.set(key, entry)
    const isWhole = row === undefined || owed === NOTHING
    if (!isWhole) for (const move of Object.values(owed)) this.debtors.set(move, key)
    const missing = isWhole ? [] : Object.keys(owed).filter((column) => row[column] === undefined)
    if (missing.length > 0) {
      const where = this.lacking.get(key) ?? record
      if (where !== undefined) this.lacking.set(key, where)
    } else if (this.lacking.size > 0) this.lacking.delete(key)
  }

  /** Key of a record whose value cannot be read; undefined when that cannot be read either. */
  private keyOf({ key }: LogRecord): string | undefined {
    try {
      const decoded = key === null ? undefined : this.table.decode({ key, value: null })
      return decoded?.operation === 'tombstone' ? keyText(decoded.key as KeyColumns) : undefined
    } catch {
      return undefined
    }
  }
}

/** Position of the row after the change. */
function placed(
  { operation, position }: RowChange,
  known: Entry | undefined,
  epoch: number,
): KnownPosition {
  const before = known?.epoch === epoch ? known : undefined
  const { lsn, committedAt } = position
  if (operation === 'read') {
    const { lsn: last = 0n, order = 0n, committedAt: at = 0n } = before ?? {}
    return { epoch, lsn: last, order, committedAt: at, snapshotLsn: lsn, snapshotAt: committedAt }
  }
  const { snapshotLsn = 0n, snapshotAt = 0n, committedAt: last = 0n } = before ?? {}
  const latest = committedAt > last ? committedAt : last
  const order = position.transactionOrder ?? 0n
  return { epoch, lsn, order, committedAt: latest, snapshotLsn, snapshotAt }
}

/** Fills in TOASTed values that the change left unchanged. */
function healed(row: Row, unavailable: readonly string[], before: Row): Row {
  return frozenRow({
    ...row,
    ...Object.fromEntries(unavailable.map((column) => [column, before[column]])),
  })
}

function lacks(unavailable: readonly string[]): FactsError {
  return new FactsError(
    'VALUE_UNAVAILABLE',
    `The change lacks the unchanged value of ${unavailable.join(', ')}, and no earlier change of the row is on the topic.`,
  )
}
