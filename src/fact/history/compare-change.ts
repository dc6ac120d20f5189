import type { Operation } from '../../table/shape/change-event'
import type { LastPosition } from './epoch-changed'
import { epochChanged } from './epoch-changed'
import type { ChangePosition, Comparison, KnownPosition } from './row-position'
import { compareSnapshot, compareStreamed } from './row-position'

/** The part of a change that is compared. */
export interface ComparedChange {
  readonly operation: Operation
  readonly key: Readonly<Record<string, unknown>>
  readonly position: ChangePosition
}

/** The result of comparing a change with the known state of its row, and the change's history of the database. */
export interface ComparedWithKnown {
  readonly comparison: Exclude<Comparison, 'restarted'>
  readonly epoch: number
}

/** Histories of the database. */
export interface Histories {
  /** The earliest that the change may belong to. */
  readonly earliest: number
  /** The configured one (pipeline.epoch). */
  readonly lastEpoch: number
}

/** Throws EPOCH_CHANGED when the change belongs to a history that is not configured (pipeline.epoch). */
export function compareChange(
  change: ComparedChange,
  known: KnownPosition | undefined,
  { earliest, lastEpoch }: Histories,
): ComparedWithKnown {
  if (known === undefined || earliest > known.epoch) return { comparison: 'newer', epoch: earliest }
  const isSnapshot = change.operation === 'read'
  const comparison = (isSnapshot ? compareSnapshot : compareStreamed)(change.position, known)
  const { epoch } = known
  if (comparison === 'restarted') {
    const isUnknown = isSnapshot && epoch >= lastEpoch
    return { comparison: 'newer', epoch: isUnknown ? epoch : nextEpoch(change, known, lastEpoch) }
  }
  // A streamed change is after the snapshot.
  const isOvertaken = isSnapshot && comparison === 'same' && known.lsn > 0n
  return { comparison: isOvertaken ? 'older' : comparison, epoch }
}

/** The history after a known position's. Throws EPOCH_CHANGED when it is not configured (pipeline.epoch). */
export function nextEpoch(
  {
    key,
    position,
  }: Pick<ComparedChange, 'position'> & { readonly key: ComparedChange['key'] | null },
  known: LastPosition,
  lastEpoch: number,
): number {
  if (known.epoch < lastEpoch) return known.epoch + 1
  const text = key === null ? undefined : JSON.stringify(Object.values(key).map(String))
  throw epochChanged(position, known, text)
}
