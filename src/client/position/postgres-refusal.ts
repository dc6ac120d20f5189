import { FollowError } from '../errors/follow-error'

/** Retryable classes of SQLSTATE: connection, insufficient resources, operator intervention, system error. */
const OUTAGES = ['08', '53', '57', '58']
/** A standby, during a failover. */
const READ_ONLY = '25006'
/** Classes caused by the handler's work: integrity, conflicts with other transactions, a failed transaction. */
const OF_THE_WORK = ['23', '40', '25']

/** Runs the work, and converts PostgreSQL's errors to POSITION_UNAVAILABLE or POSITION_INVALID; errors of the handler are unchanged. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusal(error)
  }
}

function refusal(cause: unknown): unknown {
  if (cause instanceof FollowError) return cause
  const { code = '', message } = cause as Error & { readonly code?: string }
  const isState = /^[0-9A-Z]{5}$/.test(code)
  if (!isState || OUTAGES.includes(code.slice(0, 2)) || code === READ_ONLY) {
    const why = message === '' ? code : message
    return new FollowError(
      'POSITION_UNAVAILABLE',
      `PostgreSQL, which stores the position, cannot be reached: ${why}`,
      { cause },
    )
  }
  if (OF_THE_WORK.includes(code.slice(0, 2))) return cause
  return new FollowError(
    'POSITION_INVALID',
    `PostgreSQL does not store the position: ${message}. Check the URL, the role and its rights on the table.`,
    { cause },
  )
}
