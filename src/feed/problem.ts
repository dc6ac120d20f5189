import { FactsError } from '../errors'

/** Names of the problems and their HTTP status; see PROTOCOL.md. */
export const PROBLEMS = {
  'cursor-invalid': 400,
  'cursor-of-another-feed': 409,
  'cursor-of-another-filter': 409,
  'cursor-of-another-history': 409,
  'cursor-behind': 409,
  'cursor-expired': 410,
  'event-unknown': 404,
  'event-ambiguous': 409,
  'filter-invalid': 400,
  'filter-too-costly': 400,
  'parameter-invalid': 400,
  'request-invalid': 400,
  'token-in-url': 400,
  'token-missing': 401,
  'token-invalid': 401,
  'not-allowed': 403,
  'host-refused': 403,
  'not-found': 404,
  'nothing-acknowledged': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'precondition-failed': 412,
  'body-too-large': 413,
  'expectation-failed': 417,
  'url-too-long': 414,
  'media-type-unsupported': 415,
  'too-many-sessions': 429,
  'headers-too-large': 431,
  internal: 500,
  'server-full': 503,
  'upstream-lost': 503,
  'upstream-refused': 503,
  'disk-full': 503,
  'keys-unavailable': 503,
  'feed-starting': 503,
  draining: 503,
} as const satisfies Record<string, number>

export type ProblemName = keyof typeof PROBLEMS

/**
 * The response to a request that cannot be fulfilled (RFC 9457). `detail` is for the client: it explains what is wrong with
 * the request, and reveals no internals of the server.
 */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly problem: ProblemName,
    readonly detail: string,
    /** Further members, for programs. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }

  get status(): number {
    return PROBLEMS[this.problem]
  }
}

/** A `parameter-invalid` problem; `what` continues the sentence after the parameter's name. */
export const invalidParameter = (parameter: string, what: string): Problem =>
  new Problem('parameter-invalid', `The parameter ${parameter} ${what}.`, { parameter })

/** Detail of `disk-full`, without paths. */
export const DISK_FULL =
  'The disk of the server is full, so the latest facts cannot be served. It recovers without a restart when an operator has freed space: try again.'

export const isDiskFull = (error: unknown): boolean =>
  error instanceof FactsError && error.code === 'DISK_FULL'
