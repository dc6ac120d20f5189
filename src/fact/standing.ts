import type { Operation } from '../table/shape/change-event'
import type { KnownPlace } from './epoch-changed'
import { epochChanged } from './epoch-changed'
import type { ChangePosition, Comparison, KnownPosition } from './row-position'
import { compareSnapshot, compareStreamed } from './row-position'

/** A change of a row, as far as its place is concerned. */
export interface ComparedChange {
  readonly operation: Operation
  readonly key: Readonly<Record<string, unknown>>
  readonly position: ChangePosition
}

/** How a change stands to what is known of its row, and in which history of the database. */
export interface Standing {
  readonly comparison: Exclude<Comparison, 'restarted'>
  readonly epoch: number
}

/** Histories of the database. */
export interface Histories {
  /** The earliest that the change may be of. */
  readonly earliest: number
  /** The last one that the operator knows of. */
  readonly lastEpoch: number
}

/** Throws EPOCH_CHANGED when the change is of a history that the operator does not know of. */
export function standingOf(
  change: ComparedChange,
  known: KnownPosition | undefined,
  { earliest, lastEpoch }: Histories,
): Standing {
  if (known === undefined || earliest > known.epoch) return { comparison: 'newer', epoch: earliest }
  const isSnapshot = change.operation === 'read'
  const comparison = (isSnapshot ? compareSnapshot : compareStreamed)(change.position, known)
  const { epoch } = known
  if (comparison === 'restarted') {
    const isUnknown = isSnapshot && epoch >= lastEpoch
    return { comparison: 'newer', epoch: isUnknown ? epoch : nextEpoch(change, known, lastEpoch) }
  }
  // A streamed change came after the snapshot.
  const isOvertaken = isSnapshot && comparison === 'same' && known.lsn > 0n
  return { comparison: isOvertaken ? 'older' : comparison, epoch }
}

/** The history after a known position's. Throws EPOCH_CHANGED when the operator does not know of it. */
export function nextEpoch(
  {
    key,
    position,
  }: Pick<ComparedChange, 'position'> & { readonly key: ComparedChange['key'] | null },
  known: KnownPlace,
  lastEpoch: number,
): number {
  if (known.epoch < lastEpoch) return known.epoch + 1
  const text = key === null ? undefined : JSON.stringify(Object.values(key).map(String))
  throw epochChanged(position, known, text)
}
