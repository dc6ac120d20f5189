/** A reader's rights on one feed. Without restrictions: everything. */
export interface Grant {
  /** Restricts the facts to the set that matches this CEL expression. */
  readonly where?: string | undefined
  /** Restricts the fields to these, besides `header.subject` and the key; unknown ones are ignored. */
  readonly fields?: readonly string[] | undefined
}

export const EVERYTHING: Grant = {}
