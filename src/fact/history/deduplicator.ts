import type { ProcessorContext } from '../../topology/processor'
import type { Row, RowChange } from './row-change'
import type { ChangePosition, Comparison } from './row-position'
import type { KnownRow, RowStates } from './row-state'
import { setRevision } from './row-state'
import type { ComparedWithKnown } from './compare-change'
import { nextEpoch, compareChange } from './compare-change'
import type { ToastHealer } from './toast-healer'
import type { TruncateMark } from './truncate-mark'
import { compareWithMark } from './truncate-mark'

/** A change that becomes a fact. */
export interface Accepted {
  readonly after: Row | null
  readonly unavailable: readonly string[]
  /** Whether it replaces a live row whose delete was not seen: that has to be removed first. */
  readonly replaces: boolean
  /** Whether a later TRUNCATE, which arrived first, has removed the row. */
  readonly isTruncated: boolean
  /** Revision of the fact; the one before it is unused when the fact replaces a row. */
  readonly revision: bigint
  /** History of the database that the change belongs to. */
  readonly epoch: number
}

/**
 * Separates new changes from repeated ones, by the state of each key.
 *
 * Debezium delivers at least once: after a crash it repeats what it had not yet recorded as delivered, and before its
 * first record of that it repeats the whole snapshot. A repeated change has the position (LSN, place in the
 * transaction) of the first time; a repeated snapshot has new positions, and only its rows show that nothing changed.
 */
export class Deduplicator {
  constructor(
    private readonly rows: RowStates,
    private readonly healer: ToastHealer,
  ) {}

  /**
   * The change at an offset of the input to make a fact of, or undefined when it was dropped with a reason. Throws
   * EPOCH_CHANGED when it belongs to a history of the database that is not configured (pipeline.epoch).
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
    const { comparison, epoch: found } = compareChange(change, known, { earliest, lastEpoch })
    const isInserted = known?.isLive !== true && change.after !== null && operation !== 'read'
    const mark = isInserted && comparison === 'newer' ? this.rows.truncated : undefined
    const order =
      mark === undefined || found > mark.epoch ? 'newer' : orderAfter(position, mark, found)
    // After the TRUNCATE by its time and before it by its position: it belongs to another history, or the clock was set back.
    const epoch =
      mark !== undefined && order === 'restarted' ? nextEpoch(change, mark, lastEpoch) : found
    if (comparison === 'older') {
      context.drop(operation === 'read' ? 'snapshot_overtaken' : 'duplicate')
      return undefined
    }
    const healed = this.healer.heal(change, () => known && this.rows.rowOf(known), context)
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
    const after = this.healer.shown(healed)
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
}

/** Compares a change of a row that is not live in the state with the last TRUNCATE. */
function orderAfter(position: ChangePosition, mark: TruncateMark, epoch: number): Comparison {
  const order = compareWithMark(position, mark)
  const isOfEarlier = epoch < mark.epoch && position.committedAt < (mark.committedAt ?? 0n)
  return order === 'newer' && isOfEarlier ? 'older' : order
}

/** Why a change that leaves the known row unchanged makes no fact; undefined when it makes one nevertheless. */
function whySame(
  change: RowChange,
  comparison: ComparedWithKnown['comparison'],
  known: KnownRow,
): string | undefined {
  if (change.operation === 'read') return 'snapshot_unchanged'
  if (comparison === 'same') return 'duplicate'
  // Its row was found absent, or emptied by a TRUNCATE, before this arrived.
  if (change.operation === 'delete') return 'deleted_already'
  // A row that was inserted when the snapshot began may be both in the snapshot and in the stream.
  return change.operation === 'create' && known.lsn === 0n ? 'in_snapshot' : undefined
}
