import type { ErrorCode } from '../../errors'
import { FactsError } from '../../errors'
import { Problem } from '../problem'

/** What an operator has to change, and no outage; without names of topics and users, which are in the log. */
const REFUSALS: Partial<Record<ErrorCode, string>> = {
  NOT_AUTHORIZED: 'Kafka does not give this server the rights to keep acknowledged cursors',
  NOT_AUTHENTICATED: 'Kafka does not accept the credentials of this server',
  TLS_FAILED: 'This server and Kafka do not accept the certificates of each other',
  TOPIC_MISSING: 'Kafka has no topic for acknowledged cursors',
  BROKER_REFUSED: 'Kafka refuses to keep acknowledged cursors',
}

/** Problem of a cursor that cannot be read. */
export const unreadable = (error: unknown): Problem =>
  refused(error, 'the acknowledged cursor is unknown') ??
  new Problem(
    'upstream-lost',
    'Kafka is unreachable, so the acknowledged cursor is unknown. Try again.',
  )

/** Problem of a cursor that may not have been stored. */
export const storedUnknown = (error: unknown): Problem =>
  refused(error, 'the cursor cannot be stored') ??
  new Problem(
    'upstream-lost',
    'Kafka does not answer, so it is unknown whether the cursor was stored. Try again: that is safe.',
  )

function refused(error: unknown, so: string): Problem | undefined {
  const why = error instanceof FactsError ? REFUSALS[error.code] : undefined
  return why === undefined
    ? undefined
    : new Problem(
        'upstream-refused',
        `${why}, so ${so}. An operator has to change that; the log of the server says what is refused. Then try again: that is safe, and needs no restart.`,
      )
}
