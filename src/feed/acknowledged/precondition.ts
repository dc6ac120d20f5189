import { Problem } from '../problem'
import type { KeptCursor } from './kept-cursor'

/** What a change depends on (RFC 9110, section 13), as the headers have it. */
export interface Precondition {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

export const etagOf = ({ version }: KeptCursor): string => `"${version}"`

/** Whether the request has chosen what it replaces. Throws Problem `precondition-failed` when that is not what is kept. */
export function chooses({ ifMatch, ifNoneMatch }: Precondition, kept?: KeptCursor): boolean {
  const names = (header: string): boolean =>
    kept !== undefined &&
    header.split(',').some((one) => one.trim() === '*' || one.trim() === etagOf(kept))
  // The first is compared strongly, the second weakly.
  const isMet =
    (ifMatch === undefined || names(ifMatch)) &&
    (ifNoneMatch === undefined || !names(ifNoneMatch.replace(/\bW\//g, '')))
  if (isMet) return ifMatch !== undefined
  throw new Problem(
    'precondition-failed',
    'Another cursor is kept than the request names. GET shows the one that is, with its ETag.',
  )
}
