import { FactsError } from '../errors'

/** Names of what a request may be answered with instead, and their status; see PROTOCOL.md. */
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
  'disk-full': 503,
  'keys-unavailable': 503,
  'feed-starting': 503,
  draining: 503,
} as const satisfies Record<string, number>

export type ProblemName = keyof typeof PROBLEMS

/**
 * An answer to a request that cannot be fulfilled, as RFC 9457 has it. `detail` is for the one who asked: it tells what is
 * wrong with the request, never how the server is made.
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

/** What the parameter is or lacks, to stand behind its name. */
export const invalidParameter = (parameter: string, what: string): Problem =>
  new Problem('parameter-invalid', `The parameter ${parameter} ${what}.`, { parameter })

/** What readers get to know of the server's disk. */
export const DISK_FULL =
  'The disk of the server is full, so what was committed last cannot be served. It continues by itself once those who run it have made room: try again.'

export const isDiskFull = (error: unknown): boolean =>
  error instanceof FactsError && error.code === 'DISK_FULL'
