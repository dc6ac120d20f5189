import { FollowError } from './errors/follow-error'
import { retryAfterMs } from './retry-later'

/** Why a stream did not start, or ended. */
export type Refusal =
  /** Retryable, after `afterMs` at the earliest. */
  | { readonly kind: 'again'; readonly error: FollowError; readonly afterMs: number }
  /** Events after the cursor are no longer retained. */
  | { readonly kind: 'expired'; readonly error: FollowError }
  /** Requires an operator. */
  | { readonly kind: 'never'; readonly error: FollowError }

/** Retryable statuses, besides 5xx. */
const PASSING = [408, 425, 429]

const WHAT_TO_DO: Readonly<Record<number, string>> = {
  400: 'Correct where, changes-on, select or start; if the position is no longer valid, use a new one.',
  401: 'Set a valid token.',
  403: 'Request the right to read this feed, or use a host name that the server accepts.',
  404: 'GET /feeds of the server lists its feeds.',
  409: 'The position belongs to another filter, feed or history: give each follower its own position, or use a new one.',
  410: 'Choose how to continue: from the current state (snapshot), or from the earliest retained fact (earliest).',
}

/** A connection that failed, was interrupted or timed out. */
export function lost(what: string, cause?: unknown): Refusal {
  return { kind: 'again', error: new FollowError('FEED_UNAVAILABLE', what, { cause }), afterMs: 0 }
}

/** The meaning of a response that is not a stream. `now`: milliseconds since 1970. */
export async function refusalOf(response: Response, now: number): Promise<Refusal> {
  const { status } = response
  const { type = '', detail = '', earliest = '' } = await problemOf(response)
  const name = type === '' ? '' : ` ${type.replace('urn:facts:', '')}`
  const what = `The feed answers ${status}${name}${detail === '' ? '' : `: ${detail}`}`
  if (status >= 500 || PASSING.includes(status)) {
    const afterMs = retryAfterMs(response.headers.get('retry-after'), now)
    return { kind: 'again', error: new FollowError('FEED_UNAVAILABLE', what), afterMs }
  }
  const message = `${what} ${WHAT_TO_DO[status] ?? 'Check that the URL is that of a feed.'}`
  if (status !== 410) return { kind: 'never', error: new FollowError('FEED_REFUSED', message) }
  const from = earliest === '' ? '' : ` The earliest cursor is ${earliest}.`
  return { kind: 'expired', error: new FollowError('CURSOR_EXPIRED', message + from) }
}

/** Text members of a problem (RFC 9457); empty for responses of others, such as proxies. */
async function problemOf(
  response: Response,
): Promise<Partial<Record<'type' | 'detail' | 'earliest', string>>> {
  const isProblem = /^application\/(problem\+)?json/.test(
    response.headers.get('content-type') ?? '',
  )
  try {
    if (!isProblem) {
      await response.body?.cancel()
      return {}
    }
    const members = Object.entries((await response.json()) as object)
    return Object.fromEntries(members.filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}
