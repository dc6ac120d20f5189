import type { Grant } from '../../select/grant'
import { EVERYTHING } from '../../select/grant'

/** Who asks, and what he may see. */
export interface Reader {
  /** `sub` of his token; undefined when nobody is asked who he is. */
  readonly subject: string | undefined
  /** When his token ends, milliseconds since 1970. */
  readonly expires: number
  /** Undefined when he may not know that the feed exists. */
  readonly grantOf: (feed: string) => Grant | undefined
}

/** Without authentication. */
export const ANYONE: Reader = {
  subject: undefined,
  expires: Number.POSITIVE_INFINITY,
  grantOf: () => EVERYTHING,
}
