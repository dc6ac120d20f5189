import type { Grant } from '../../select/grant'
import { EVERYTHING } from '../../select/grant'

/** An authenticated caller and its rights. */
export interface Caller {
  /** `sub` of the token; undefined without authentication. */
  readonly subject: string | undefined
  /** Expiry of the token, milliseconds since 1970. */
  readonly expires: number
  /** Undefined when the feed is not granted. */
  readonly grantOf: (feed: string) => Grant | undefined
}

/** Without authentication. */
export const ANYONE: Caller = {
  subject: undefined,
  expires: Number.POSITIVE_INFINITY,
  grantOf: () => EVERYTHING,
}
