export interface BackoffOptions {
  /** Milliseconds of the first wait. */
  readonly firstMs: number
  readonly mostMs: number
  readonly random: () => number
}

const LEAST_MS = 100

/** Exponential backoff with jitter, so that clients do not reconnect all at once. */
export class Backoff {
  private failures = 0
  private firstMs: number

  constructor(private readonly options: BackoffOptions) {
    this.firstMs = options.firstMs
  }

  /** Sets the first wait to the server's `retry:`, within limits. */
  begin(firstMs: number): void {
    this.firstMs = Math.min(Math.max(firstMs, LEAST_MS), this.options.mostMs)
  }

  /** Resets the backoff after a success. */
  reset(): void {
    this.failures = 0
  }

  /** Milliseconds to wait: 50 to 100 % of the current backoff, and at least `atLeastMs` (`Retry-After`). */
  next(atLeastMs = 0): number {
    const { mostMs, random } = this.options
    const grown = Math.min(mostMs, this.firstMs * 2 ** this.failures)
    this.failures = Math.min(this.failures + 1, 30)
    const chance = random()
    return Math.round(Math.max(grown * (0.5 + chance / 2), atLeastMs * (1 + chance / 4)))
  }
}
