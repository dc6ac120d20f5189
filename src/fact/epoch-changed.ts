import { FactsError } from '../errors'
import type { ChangePosition } from './row-position'
import { rfc3339 } from './source-time'

/** A position that is known, of a row or of a TRUNCATE. */
export interface KnownPlace {
  readonly epoch: number
  readonly lsn: bigint
  readonly committedAt: bigint | undefined
}

/** A change is of a history of the database that the operator does not know of. */
export function epochChanged(
  { lsn, committedAt }: ChangePosition,
  known: KnownPlace,
  key: string | undefined,
): FactsError {
  const before = known.committedAt === undefined ? '' : `, of ${rfc3339(known.committedAt)},`
  return new FactsError(
    'EPOCH_CHANGED',
    `A change has LSN ${lsn.toString()} and was committed at ${rfc3339(committedAt)}, but the last change before it${before} had LSN ${known.lsn.toString()}: the database's positions went back while time went on, as after a restore, a failover without a synchronised slot, or a dump and reload. Nothing was dropped. If that is what happened, set FACTS_PIPELINE_EPOCH to ${known.epoch + 1} and start again; then run "facts resync --snapshot" and "facts resync --remove", which bring back what was lost on the way (docs/epochs.md).`,
    key === undefined ? {} : { key },
  )
}
