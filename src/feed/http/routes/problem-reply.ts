import type { FastifyError } from 'fastify'
import { FactsError } from '../../../errors'
import { DISK_FULL, Problem, isDiskFull } from '../../problem'
import type { ProblemName } from '../../problem'

const TITLES: Readonly<Record<ProblemName, string>> = {
  'cursor-invalid': 'Not a cursor of this server',
  'cursor-of-another-feed': 'The cursor belongs to another feed',
  'cursor-of-another-filter': 'The cursor belongs to another filter',
  'cursor-of-another-history': 'The cursor belongs to another history',
  'cursor-behind': 'The cursor is before the stored one',
  'cursor-expired': 'Facts after the cursor are no longer retained',
  'event-unknown': 'There is no event with that number',
  'event-ambiguous': 'The number belongs to several events',
  'filter-invalid': 'The filter cannot be used',
  'filter-too-costly': 'The filter takes too long on a fact',
  'parameter-invalid': 'A parameter is invalid',
  'request-invalid': 'The request is invalid',
  'token-in-url': 'The URL contains a token',
  'token-missing': 'A token is required',
  'token-invalid': 'The token is not accepted',
  'not-allowed': 'The token does not allow this',
  'host-refused': 'This host name is not served',
  'not-found': 'Not found',
  'nothing-acknowledged': 'Nothing was acknowledged',
  'method-not-allowed': 'The method is not supported here',
  'request-timeout': 'The request took too long to arrive',
  'precondition-failed': 'Another cursor is stored',
  'body-too-large': 'The body is too large',
  'expectation-failed': 'The expectation cannot be met',
  'url-too-long': 'The URL is too long',
  'media-type-unsupported': 'The body is not JSON',
  'too-many-sessions': 'Too many sessions',
  'headers-too-large': 'The headers are too large',
  internal: 'Internal error',
  'server-full': 'The server is full',
  'upstream-lost': 'Kafka is unreachable',
  'upstream-refused': 'Kafka refuses the server',
  'disk-full': 'The disk of the server is full',
  'keys-unavailable': 'Tokens cannot be verified',
  'feed-starting': 'The feed is being opened',
  draining: 'The server is shutting down',
}

/** Retry-After in seconds, before jitter. */
const RETRY_AFTER: Partial<Record<ProblemName, number>> = {
  'too-many-sessions': 10,
  'server-full': 10,
  'upstream-lost': 5,
  'upstream-refused': 30,
  'disk-full': 5,
  'keys-unavailable': 5,
  'feed-starting': 2,
  draining: 2,
}

/** RFC 6750, section 3. */
const CHALLENGES: Partial<Record<ProblemName, string>> = {
  'token-missing': 'Bearer realm="facts"',
  'token-invalid': 'Bearer realm="facts", error="invalid_token"',
  'not-allowed': 'Bearer realm="facts", error="insufficient_scope"',
}

export interface ProblemReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** RFC 9457. */
export function problemReply({ problem, status, detail, members }: Problem): ProblemReply {
  const seconds = RETRY_AFTER[problem]
  const challenge = CHALLENGES[problem]
  const retry =
    seconds === undefined
      ? {}
      : { 'retry-after': String(seconds + Math.floor(Math.random() * seconds)) }
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...retry,
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    },
    body: { type: `urn:facts:${problem}`, title: TITLES[problem], status, detail, ...members },
  }
}

/** The problem of a failed request; undefined for an internal error. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (!(error instanceof FactsError)) return frameworkProblem(error as Partial<FastifyError>)
  if (isDiskFull(error)) return new Problem('disk-full', DISK_FULL)
  if (error.code === 'STATE_CORRUPT') {
    return new Problem('feed-starting', 'The feed is being rebuilt. Try again in a moment.')
  }
  return error.remedy === 'retry'
    ? new Problem('upstream-lost', 'Kafka or the schema registry does not answer.')
    : undefined
}

function frameworkProblem({ code, statusCode }: Partial<FastifyError>): Problem | undefined {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Problem('body-too-large', 'The body must not exceed 64 KiB.')
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Problem('media-type-unsupported', 'Send application/json.')
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined
  return new Problem('request-invalid', 'The request is not well-formed.')
}
