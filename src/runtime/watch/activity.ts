export interface Idle {
  readonly what: string
  /** Since it has last moved. */
  readonly milliseconds: number
}

/**
 * How far the batch under way in a task has come. One that is redone has moved only when it comes further than before, so
 * an attempt that fails again and again stays where it is.
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

  /** When something has last begun, moved or ended, by `performance.now()`. */
  get movedAt(): number {
    return this.lastAt
  }

  /** Undefined when nothing is under way. */
  idle(): Idle | undefined {
    if (this.underWay === undefined) return undefined
    const { what, movedAt } = this.underWay
    return { what, milliseconds: performance.now() - movedAt }
  }
}
