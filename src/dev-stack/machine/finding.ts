import { toFactsError } from '../../errors'

/** Outcome of one check, for people: what was looked at, what was found, what to do. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do; present unless all is well. */
  readonly remedy?: string
}

/** A failure as a finding: an error's first sentence says what happened, the others what to do. */
export function failedFinding(name: string, error: unknown): Finding {
  const { message } = toFactsError(error)
  const [, detail = message, remedy = ''] = /^(.+?)[.!]\s+([A-Z].*)$/s.exec(message) ?? []
  return { name, status: 'fail', detail: detail.replace(/\.$/, ''), ...(remedy && { remedy }) }
}
