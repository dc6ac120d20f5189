import { toFactsError } from '../../errors'

/** Outcome of one check, for people: what was looked at, what was found, what to do. */
export type Finding = {
  readonly name: string
  readonly detail: string
} & (
  | { readonly status: 'ok'; readonly remedy?: never }
  | {
      readonly status: 'warn' | 'fail'
      /** What to do. */
      readonly remedy: string
    }
)

/** A failure as a finding: an error's first sentence says what happened, the others what to do, or else the page of errors. */
export function failedFinding(name: string, error: unknown): Finding {
  const { code, message } = toFactsError(error)
  const [, detail = message, remedy = `See ${code} in docs/reference/errors.md.`] =
    /^(.+?)[.!]\s+([A-Z].*)$/s.exec(message) ?? []
  return { name, status: 'fail', detail: detail.replace(/\.$/, ''), remedy }
}
