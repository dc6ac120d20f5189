/** A record of a topic that waits for its other half. */
export interface Seen {
  /** Key that a change and its fact share. */
  readonly pair: string
  /** Milliseconds, of the clock that drives the pairing. */
  readonly at: number
}
