/** Where a reading of the store ends. */
export interface ReadLimits {
  readonly facts: number
  readonly bytes: number
}
