import { FactsError } from '../errors'
import { retryAfterMs } from './retry-later'

/** Why there is no stream, or no more. */
export type Refusal =
  /** It is worth trying again, `afterMs` at the earliest. */
  | { readonly kind: 'again'; readonly error: FactsError; readonly afterMs: number }
  /** What followed the cursor is gone. */
  | { readonly kind: 'expired'; readonly error: FactsError }
  /** A person has to fix something. */
  | { readonly kind: 'never'; readonly error: FactsError }

/** Beside 5xx. */
const PASSING = [408, 425, 429]

const WHAT_TO_DO: Readonly<Record<number, string>> = {
  400: 'Correct where, changes-on, select or start; when the position is not good any more, begin anew with another one.',
  401: 'Give a token that is valid.',
  403: 'Ask for the right to read this, or name the server as it wants to be named.',
  404: 'GET /feeds of the server lists its feeds.',
  409: 'The position was kept for another filter, feed or history: give each follower a position of its own, or begin anew with another one.',
  410: 'Choose how to go on: from the state as it is now (snapshot), or from the earliest fact that is kept (earliest).',
}

/** A connection that could not be made, was cut off or fell silent. */
export function lost(what: string, cause?: unknown): Refusal {
  return { kind: 'again', error: new FactsError('FEED_UNAVAILABLE', what, { cause }), afterMs: 0 }
}

/** What an answer other than a stream means. `now`: milliseconds since 1970. */
export async function refusalOf(response: Response, now: number): Promise<Refusal> {
  const { status } = response
  const { type = '', detail = '', earliest = '' } = await problemOf(response)
  const name = type === '' ? '' : ` ${type.replace('urn:facts:', '')}`
  const what = `The feed answers ${status}${name}${detail === '' ? '' : `: ${detail}`}`
  if (status >= 500 || PASSING.includes(status)) {
    const afterMs = retryAfterMs(response.headers.get('retry-after'), now)
    return { kind: 'again', error: new FactsError('FEED_UNAVAILABLE', what), afterMs }
  }
  const message = `${what} ${WHAT_TO_DO[status] ?? 'Is this the address of a feed?'}`
  if (status !== 410) return { kind: 'never', error: new FactsError('FEED_REFUSED', message) }
  const from = earliest === '' ? '' : ` The earliest cursor is ${earliest}.`
  return { kind: 'expired', error: new FactsError('CURSOR_EXPIRED', message + from) }
}

/** Members of a problem (RFC 9457) that are text. Others, proxies for one, answer without. */
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
