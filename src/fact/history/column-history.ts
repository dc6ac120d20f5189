import type { Operation } from '../../table/shape/change-event'
import type { SourcePosition } from '../../table/shape/source-position'
import { FactsError } from '../../errors'
import type { StateStore } from '../../topology/store'
import { rfc3339 } from '../value/source-time'

/** The part of a change that shows which columns its table had at that time. */
export interface ColumnsOfChange {
  readonly operation: Operation
  readonly position: Pick<SourcePosition, 'lsn' | 'committedAt'>
  readonly after: unknown
  readonly missingColumns: readonly string[]
}

/** The first changes that had a column: streamed ones by LSN and by commit time, those of a snapshot by the time of reading. */
interface First {
  readonly lsn: bigint
  readonly committedAt: bigint
  readonly readAt: bigint
}

/** Key of the history in a processor's store; it cannot be a row's, because PostgreSQL's text contains no NUL. */
const KEY = '\u0000columns'
/** After every change. */
const NEVER = 2n ** 63n - 1n
const NO_CHANGE: First = { lsn: NEVER, committedAt: NEVER, readAt: NEVER }

/**
 * Distinguishes a column that a record lacks because the record is older from one that was dropped, renamed or is no longer
 * captured: it remembers the first change that had it. ALTER TABLE locks the table exclusively, so changes before it have
 * lower LSNs and no later commit times than changes after it; a snapshot has the columns of its time.
 */
export class ColumnHistory {
  private first: ReadonlyMap<string, First> = new Map()
  /** The columns whose first change is known; no later change can be the first. */
  private settled: First = NO_CHANGE
  private undone: number | undefined
  private readonly lacking = new Map<string, ColumnsOfChange>()

  constructor(
    private readonly topic: string,
    private readonly columns: readonly string[],
    /** Where the history is kept between runs. Without it, changes may arrive in any order. */
    private readonly store?: StateStore,
  ) {
    if (store !== undefined) this.undone = -1
  }

  /** Throws COLUMN_MISSING for a change that lacks a column which an earlier one had. */
  check(change: ColumnsOfChange): void {
    if (change.after === null) return
    if (this.store !== undefined && this.store.undone !== this.undone) this.load(this.store)
    const { missingColumns } = change
    if (missingColumns.length === 0 && this.isSettled(change)) return
    const first = new Map<string, First>()
    for (const column of this.columns) {
      const known = this.first.get(column) ?? NO_CHANGE
      const isMissing = missingColumns.includes(column)
      if (isMissing && isAfter(change, known)) throw this.dropped(column, change)
      if (this.store === undefined) this.compare(column, change, isMissing)
      first.set(column, isMissing ? known : earlier(known, change))
    }
    if (this.columns.some((column) => first.get(column) !== this.first.get(column))) {
      this.remember(first)
      this.store?.set(KEY, encoded(first))
    }
  }

  private isSettled({ operation, position }: ColumnsOfChange): boolean {
    const { lsn, committedAt, readAt } = this.settled
    if (operation === 'read') return position.committedAt >= readAt
    return position.lsn >= lsn && position.committedAt >= committedAt
  }

  /** Compares with the last change that lacked the column, which may have arrived before one that has it. */
  private compare(column: string, change: ColumnsOfChange, isMissing: boolean): void {
    const last = this.lacking.get(column)
    if (!isMissing) {
      const had = earlier(NO_CHANGE, change)
      if (last !== undefined && isAfter(last, had)) throw this.dropped(column, last)
    } else if (last === undefined || change.position.committedAt > last.position.committedAt) {
      this.lacking.set(column, change)
    }
  }

  private load(store: StateStore): void {
    this.undone = store.undone
    const bytes = store.get(KEY)
    this.remember(bytes === undefined ? new Map() : decoded(bytes))
  }

  private remember(first: ReadonlyMap<string, First>): void {
    this.first = first
    const latest = (field: keyof First): bigint =>
      this.columns
        .map((column) => first.get(column)?.[field] ?? NEVER)
        .reduce((most, place) => (place > most ? place : most), 0n)
    this.settled = {
      lsn: latest('lsn'),
      committedAt: latest('committedAt'),
      readAt: latest('readAt'),
    }
  }

  private dropped(column: string, { operation, position }: ColumnsOfChange): FactsError {
    const what = operation === 'read' ? 'a row that a snapshot read' : 'a change that was committed'
    return new FactsError(
      'COLUMN_MISSING',
      `Column ${column} of the definition of ${this.topic} is not in ${what} at ${rfc3339(position.committedAt)}, LSN ${position.lsn.toString()}, but in an earlier one. The change was not processed. If the column was renamed, declare its new name with \`.renamedFrom('${column}')\`. If it was dropped or is no longer captured, remove it from the definition. A generated column is read by snapshots but is not in streamed changes, unless the publication (PostgreSQL 18) has publish_generated_columns = stored: set that, or remove the column from the definition.`,
      { topic: this.topic },
    )
  }
}

/** Whether the change is later than the first one that had a column. */
function isAfter({ operation, position }: ColumnsOfChange, first: First): boolean {
  const { lsn, committedAt } = position
  if (committedAt > first.readAt) return true
  if (operation === 'read') return committedAt > first.committedAt
  // Both: after a restore of the database LSNs begin lower, and its clock may be set back.
  return lsn > first.lsn && committedAt >= first.committedAt
}

function earlier(first: First, { operation, position }: ColumnsOfChange): First {
  const { lsn, committedAt } = position
  if (operation === 'read') {
    return committedAt < first.readAt ? { ...first, readAt: committedAt } : first
  }
  if (lsn >= first.lsn && committedAt >= first.committedAt) return first
  return {
    lsn: lsn < first.lsn ? lsn : first.lsn,
    committedAt: committedAt < first.committedAt ? committedAt : first.committedAt,
    readAt: first.readAt,
  }
}

function encoded(first: ReadonlyMap<string, First>): Buffer {
  const text = (place: bigint): string | null => (place === NEVER ? null : place.toString())
  const columns = [...first]
    .filter(([, one]) => one !== NO_CHANGE)
    .map(([name, { lsn, committedAt, readAt }]) => [
      name,
      [text(lsn), text(committedAt), text(readAt)],
    ])
  return Buffer.from(JSON.stringify(Object.fromEntries(columns)))
}

function decoded(bytes: Buffer): ReadonlyMap<string, First> {
  const columns = JSON.parse(bytes.toString()) as Readonly<Record<string, (string | null)[]>>
  const place = (text: string | null | undefined): bigint =>
    text === null || text === undefined ? NEVER : BigInt(text)
  return new Map(
    Object.entries(columns).map(([name, [lsn, committedAt, readAt]]) => [
      name,
      { lsn: place(lsn), committedAt: place(committedAt), readAt: place(readAt) },
    ]),
  )
}
