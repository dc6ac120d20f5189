export interface Idle {
  readonly what: string
  /** Milliseconds since the last progress. */
  readonly milliseconds: number
}

/**
 * Progress of a task's current batch. A batch that is redone makes progress only when it gets further than before, so
 * repeated failures count as a stall.
 */
export class Activity {
  private readonly furthest = new Map<string, bigint>()
  private underWay: { readonly what: string; movedAt: number } | undefined
  private lastAt = performance.now()

  begin(what: string): void {
    this.furthest.clear()
    this.lastAt = performance.now()
    this.underWay = { what, movedAt: this.lastAt }
  }

  moved(step: string, to: bigint): void {
    const before = this.furthest.get(step)
    if (this.underWay === undefined || (before !== undefined && to <= before)) return
    this.furthest.set(step, to)
    this.lastAt = this.underWay.movedAt = performance.now()
  }

  end(): void {
    this.underWay = undefined
    this.lastAt = performance.now()
  }

  /** Time of the last start, progress or end, by `performance.now()`. */
  get movedAt(): number {
    return this.lastAt
  }

  /** Undefined without a current batch. */
  idle(): Idle | undefined {
    if (this.underWay === undefined) return undefined
    const { what, movedAt } = this.underWay
    return { what, milliseconds: performance.now() - movedAt }
  }
}
