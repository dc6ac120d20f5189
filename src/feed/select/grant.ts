/** What of one feed somebody may see. Everything when nothing is said. */
export interface Grant {
  /** Only the set that fulfils this CEL expression. */
  readonly where?: string | undefined
  /** Only these fields, besides `header.subject` and the key; those that the feed does not have are passed over. */
  readonly fields?: readonly string[] | undefined
}

export const EVERYTHING: Grant = {}
