import type { ProcessorContext } from '../topology/processor'
import type { Row, RowChange } from './row-change'
import type { ChangePosition, Comparison } from './row-position'
import type { KnownRow, RowStates } from './row-state'
import { setRevision } from './row-state'
import type { Standing } from './standing'
import { nextEpoch, standingOf } from './standing'
import type { ToastHealer } from './toast-healer'
import type { TruncateMark } from './truncate-mark'
import { compareWithMark } from './truncate-mark'

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

/**
 * Distinguishes new changes from those that were seen before, by what is known of each key.
 *
 * Debezium delivers at least once: after a crash it repeats what it had not yet recorded as delivered, and before its
 * first record of that it repeats the whole snapshot. A repeated change has the position (LSN, place in the
 * transaction) of the first time; a repeated snapshot has new positions, and only its rows tell that nothing changed.
 */
export class Deduplicator {
  constructor(
    private readonly rows: RowStates,
    private readonly healer: ToastHealer,
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
