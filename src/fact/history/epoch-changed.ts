import { FactsError } from '../../errors'
import type { ChangePosition } from './row-position'
import { rfc3339 } from '../value/source-time'

/** The known position of a row or of a TRUNCATE. */
export interface LastPosition {
  readonly epoch: number
  readonly lsn: bigint
  readonly committedAt: bigint | undefined
}

/** EPOCH_CHANGED: a change belongs to a history of the database that is not configured (pipeline.epoch). */
export function epochChanged(
  { lsn, committedAt }: ChangePosition,
  known: LastPosition,
  key: string | undefined,
): FactsError {
  const before = known.committedAt === undefined ? '' : `, of ${rfc3339(known.committedAt)},`
  return new FactsError(
    'EPOCH_CHANGED',
    `A change has LSN ${lsn.toString()} and was committed at ${rfc3339(committedAt)}, but the last change before it${before} had LSN ${known.lsn.toString()}: the database's positions went back although its clock did not, as after a restore, a failover without a synchronised slot, or a dump and reload. Nothing was dropped. If that is what happened, set FACTS_PIPELINE_EPOCH to ${known.epoch + 1} and start again; then run "facts resync --snapshot" and "facts resync --remove", which recover the changes lost in between (docs/epochs.md).`,
    key === undefined ? {} : { key },
  )
}
