import type { ChangeEvent } from '../change/change-event'
import { FactsError } from '../errors'
import type { ProcessorContext } from '../topology/processor'
import type { KeyColumns } from './key-text'
import { rfc3339 } from './source-time'
import type { Comparison, KnownRow, RowStates } from './row-state'
import { compare, isSameRow } from './row-state'

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
  /** Whether no live row was known before. */
  readonly isNew: boolean
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
  ) {}

  /** The change to make a fact of, or undefined when it was dropped with a reason. */
  accept(subject: string, change: RowChange, context: ProcessorContext): Accepted | undefined {
    const known = this.rows.get(subject)
    const comparison = known === undefined ? 'newer' : this.compare(change, known)
    if (comparison === 'older') {
      context.drop(change.operation === 'read' ? 'snapshot_overtaken' : 'duplicate')
      return undefined
    }
    const healed = this.heal(change, known, context)
    const bytes = this.rows.encode(change, healed.row, known)
    if (known !== undefined && isSameRow(bytes, known.bytes)) {
      const reason = whySame(change, comparison, known)
      if (reason !== undefined) {
        if (reason !== 'duplicate') this.rows.put(subject, bytes)
        context.drop(reason)
        return undefined
      }
    } else if (known !== undefined && comparison === 'same') {
      if (change.position.committedAt > known.committedAt) throw newEpoch(change, known)
      context.note('position_conflict')
    }
    this.rows.put(subject, bytes)
    const isInserted = change.operation === 'create' && comparison === 'newer'
    const replaces = isInserted && known?.isLive === true && known.lsn > 0n
    const isNew = known?.isLive !== true
    const after = this.shown(healed.row, change)
    return { after, unavailable: healed.unavailable, replaces, isNew }
  }

  /**
   * Streamed changes by their positions, snapshots by their time. An older position with a younger time is neither a
   * repetition nor an order that one database can give: another history has begun, whose changes must not be dropped.
   */
  private compare(change: RowChange, known: KnownRow): Comparison {
    if (this.rows.isOfEarlierEpoch(known)) return 'newer'
    const { operation, position } = change
    if (operation === 'read') return position.committedAt < known.committedAt ? 'older' : 'newer'
    const comparison = compare(position, known)
    if (comparison === 'older' && position.committedAt > known.committedAt) {
      throw newEpoch(change, known)
    }
    return comparison
  }

  /** The row after the change with the values that it did not carry, as far as they are known. */
  private heal(
    change: RowChange,
    known: KnownRow | undefined,
    context: ProcessorContext,
  ): { readonly row: Row | null; readonly unavailable: readonly string[] } {
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
  private shown(row: Row | null, { unavailable }: RowChange): Row | null {
    const hidden = unavailable.filter((column) => this.toast[column] === 'absent')
    if (row === null || hidden.length === 0) return row
    return { ...row, ...Object.fromEntries(hidden.map((column) => [column, null])) }
  }
}

/** Why a change that leaves the row as it is known makes no fact; undefined when it makes one all the same. */
function whySame(change: RowChange, comparison: Comparison, known: KnownRow): string | undefined {
  if (change.operation === 'read') return 'snapshot_unchanged'
  if (comparison === 'same') return 'duplicate'
  // Its row was found absent, or emptied by a TRUNCATE, before this arrived.
  if (change.operation === 'delete') return 'deleted_already'
  // A row that was inserted while the snapshot began may be in the snapshot and in the stream.
  return change.operation === 'create' && known.lsn === 0n ? 'in_snapshot' : undefined
}

function newEpoch({ key, position }: RowChange, known: KnownRow): FactsError {
  return new FactsError(
    'EPOCH_CHANGED',
    `A change has LSN ${position.lsn.toString()} and was committed at ${rfc3339(position.committedAt)}, but the row's last change, of ${rfc3339(known.committedAt)}, had LSN ${known.lsn.toString()}: the database's positions went back while time went on, as after a restore, a failover without a synchronised slot, or a dump and reload. Nothing was dropped. If that is what happened, set FACTS_PIPELINE_EPOCH one higher than it was and start again; take a new snapshot if changes were lost on the way.`,
    { key: JSON.stringify(Object.values(key).map(String)) },
  )
}

function lacks({ key }: RowChange, column: string): FactsError {
  return new FactsError(
    'VALUE_UNAVAILABLE',
    `The change lacks the unchanged value of ${column}, and no earlier change of the row is known to take it from. Update the column in the source database, or take a new snapshot of the row.`,
    { key: JSON.stringify(Object.values(key).map(String)) },
  )
}
