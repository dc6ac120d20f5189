export interface BackoffOptions {
  /** Milliseconds of the first wait. */
  readonly firstMs: number
  readonly mostMs: number
  readonly random: () => number
}

const LEAST_MS = 100

/** Waits that grow from failure to failure and differ from client to client, so that not all come back at once. */
export class Backoff {
  private failures = 0
  private firstMs: number

  constructor(private readonly options: BackoffOptions) {
    this.firstMs = options.firstMs
  }

  /** As the server asks for it (`retry:`), within reason. */
  begin(firstMs: number): void {
    this.firstMs = Math.min(Math.max(firstMs, LEAST_MS), this.options.mostMs)
  }

  /** What was tried has succeeded. */
  reset(): void {
    this.failures = 0
  }

  /** Milliseconds to wait: half to all of what it has grown to, and never less than asked for (`Retry-After`). */
  next(atLeastMs = 0): number {
    const { mostMs, random } = this.options
    const grown = Math.min(mostMs, this.firstMs * 2 ** this.failures)
    this.failures = Math.min(this.failures + 1, 30)
    const chance = random()
    return Math.round(Math.max(grown * (0.5 + chance / 2), atLeastMs * (1 + chance / 4)))
  }
}
