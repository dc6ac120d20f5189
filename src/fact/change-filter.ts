import type { ChangeEvent } from '../change/change-event'
import { FactsError } from '../errors'
import type { ProcessorContext } from '../topology/processor'
import type { KeyColumns } from './key-text'
import type { ChangePosition, Comparison } from './row-position'
import type { KnownRow, RowStates } from './row-state'
import { setRevision } from './row-state'
import type { Standing } from './standing'
import { nextEpoch, standingOf } from './standing'
import type { TruncateMark } from './truncate-mark'
import { compareWithMark } from './truncate-mark'

type Row = Readonly<Record<string, unknown>>
export type RowChange = Exclude<ChangeEvent<KeyColumns, Row>, { readonly operation: 'truncate' }>

/** What becomes of a column's value that a change does not carry because it was TOASTed and stayed as it was. */
export type ToastPolicy =
  /** Taken from the last row known; empty, and named in the header's `unavailable`, when there is none. Default. */
  | 'heal'
  /** Always empty and named in the header. */
  | 'absent'
  /** As `heal`, but the change becomes a dead letter when there is no row to take the value from. */
  | 'reject'

export type ToastPolicies = Readonly<Record<string, ToastPolicy>>

/** A change that is to become a fact. */
export interface Accepted {
  readonly after: Row | null
  readonly unavailable: readonly string[]
  /** A live row that this one replaces, though no delete was seen: it has to be removed first. */
  readonly replaces: boolean
  /** A TRUNCATE that overtook it on its way here has removed the row. */
  readonly isTruncated: boolean
  /** Of the fact, before which one more is free when it replaces a row. */
  readonly revision: bigint
  /** History of the database that the change is of. */
  readonly epoch: number
}

/** A row with the values that its change did not carry, as far as they are known, and the columns that facts call unavailable. */
interface Healed {
  readonly row: Row | null
  readonly unavailable: readonly string[]
}

const NONE: readonly string[] = []

/**
 * Tells new changes from those that were seen before, and completes them, by what is known of each key.
 *
 * Debezium delivers at least once: after a crash it repeats what it had not yet recorded as delivered, and before its
 * first record of that it repeats the whole snapshot. A repeated change has the position (LSN, place in the
 * transaction) of the first time; a repeated snapshot has new positions, and only its rows tell that nothing changed.
 */
export class ChangeFilter {
  constructor(
    private readonly rows: RowStates,
    private readonly toast: ToastPolicies,
    /** What facts show for values that nobody knows, where that is not null. */
    private readonly substitutes: Row = {},
  ) {}

  /**
   * The change at an offset of the input to make a fact of, or undefined when it was dropped with a reason. Throws
   * EPOCH_CHANGED when it is of a history of the database that the operator does not know of.
   */
  accept(
    subject: string,
    change: RowChange,
    offset: bigint,
    context: ProcessorContext,
  ): Accepted | undefined {
    const { operation, position } = change
    const known = this.rows.get(subject)
    const earliest = this.rows.epochAt(offset)
    const { lastEpoch } = this.rows
    const { comparison, epoch: found } = standingOf(change, known, { earliest, lastEpoch })
    const isInserted = known?.isLive !== true && change.after !== null && operation !== 'read'
    const mark = isInserted && comparison === 'newer' ? this.rows.truncated : undefined
    const order =
      mark === undefined || found > mark.epoch ? 'newer' : orderAfter(position, mark, found)
    // After the TRUNCATE by its time and before it by its position: of another history, or the clock was set back.
    const epoch =
      mark !== undefined && order === 'restarted' ? nextEpoch(change, mark, lastEpoch) : found
    if (comparison === 'older') {
      context.drop(operation === 'read' ? 'snapshot_overtaken' : 'duplicate')
      return undefined
    }
    const healed = this.heal(change, known, context)
    const last = known?.revision ?? 0n
    const placed = { operation, position, epoch, revision: last }
    const bytes = this.rows.encode(placed, healed.row, known)
    const isRepeated = comparison === 'same'
    if (known !== undefined && this.rows.isSame(bytes, healed.row, known, isRepeated)) {
      const reason = whySame(change, comparison, known)
      if (reason !== undefined) {
        if (reason !== 'duplicate') this.keep(subject, bytes, epoch, earliest, offset)
        context.drop(reason)
        return undefined
      }
    } else if (comparison === 'same') context.note('position_conflict')
    const replaces =
      operation === 'create' &&
      comparison === 'newer' &&
      known?.isLive === true &&
      (known.lsn > 0n || epoch > known.epoch)
    const next = last + (replaces ? 2n : 1n)
    const revision = position.lsn > next ? position.lsn : next
    setRevision(bytes, revision)
    this.keep(subject, bytes, epoch, earliest, offset)
    const after = this.shown(healed)
    const { unavailable } = healed
    const isTruncated = order === 'older'
    return { after, unavailable, replaces, isTruncated, revision, epoch }
  }

  private keep(
    subject: string,
    bytes: Buffer,
    epoch: number,
    earliest: number,
    offset: bigint,
  ): void {
    if (epoch > earliest) this.rows.reach(epoch, offset)
    this.rows.put(subject, bytes)
  }

  /** The row after the change with the values that it did not carry, as far as they are known. */
  private heal(change: RowChange, known: KnownRow | undefined, context: ProcessorContext): Healed {
    const { after, unavailable } = change
    if (after === null || unavailable.length === 0) return { row: after, unavailable: NONE }
    const last = known === undefined ? undefined : this.rows.rowOf(known)
    const row: Record<string, unknown> = { ...after }
    const lacking: string[] = []
    for (const column of unavailable) {
      const policy = this.toast[column] ?? 'heal'
      const value = last?.[column] ?? null
      if (value === null) {
        if (policy === 'reject') throw lacks(change, column)
        // Not known, whatever stands for it in facts: the next change is not to take that for the value.
        row[column] = null
        lacking.push(column)
      } else {
        row[column] = value
        if (policy === 'absent') lacking.push(column)
        else context.note('value_healed')
      }
    }
    return { row, unavailable: lacking }
  }

  /** The row as facts may show it. */
  private shown({ row, unavailable }: Healed): Row | null {
    if (row === null || unavailable.length === 0) return row
    const hidden = unavailable.map((column) => [column, this.substitutes[column] ?? null])
    return { ...row, ...(Object.fromEntries(hidden) as Row) }
  }
}

/** How a change of a row that is not known as live stands to the last TRUNCATE. */
function orderAfter(position: ChangePosition, mark: TruncateMark, epoch: number): Comparison {
  const order = compareWithMark(position, mark)
  const isOfEarlier = epoch < mark.epoch && position.committedAt < (mark.committedAt ?? 0n)
  return order === 'newer' && isOfEarlier ? 'older' : order
}

/** Why a change that leaves the row as it is known makes no fact; undefined when it makes one all the same. */
function whySame(
  change: RowChange,
  comparison: Standing['comparison'],
  known: KnownRow,
): string | undefined {
  if (change.operation === 'read') return 'snapshot_unchanged'
  if (comparison === 'same') return 'duplicate'
  // Its row was found absent, or emptied by a TRUNCATE, before this arrived.
  if (change.operation === 'delete') return 'deleted_already'
  // A row that was inserted while the snapshot began may be in the snapshot and in the stream.
  return change.operation === 'create' && known.lsn === 0n ? 'in_snapshot' : undefined
}

function lacks({ key }: RowChange, column: string): FactsError {
  return new FactsError(
    'VALUE_UNAVAILABLE',
    `The change lacks the unchanged value of ${column}, and no earlier change of the row is known to take it from. Update the column in the source database, or take a new snapshot of the row.`,
    { key: JSON.stringify(Object.values(key).map(String)) },
  )
}
