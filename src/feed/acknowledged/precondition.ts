import { Problem } from '../problem'
import type { KeptCursor } from './kept-cursor'

/** Preconditions of a change (RFC 9110, section 13): values of the headers. */
export interface Precondition {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

export const etagOf = ({ version }: KeptCursor): string => `"${version}"`

/** Whether the request names the cursor that it replaces. Throws Problem `precondition-failed` when that is not the stored one. */
export function chooses({ ifMatch, ifNoneMatch }: Precondition, kept?: KeptCursor): boolean {
  const names = (header: string): boolean =>
    kept !== undefined &&
    header.split(',').some((one) => one.trim() === '*' || one.trim() === etagOf(kept))
  // If-Match uses strong comparison, If-None-Match weak comparison.
  const isMet =
    (ifMatch === undefined || names(ifMatch)) &&
    (ifNoneMatch === undefined || !names(ifNoneMatch.replace(/\bW\//g, '')))
  if (isMet) return ifMatch !== undefined
  throw new Problem(
    'precondition-failed',
    'The stored cursor is not the one that the request names. GET returns it with its ETag.',
  )
}
