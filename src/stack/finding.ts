/** Outcome of one check, for people: what was looked at, what was found, what to do. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do; present unless all is well. */
  readonly remedy?: string
}
