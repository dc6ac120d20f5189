import type { FilterContext } from '../image/filter-context'

/** Most steps of a filter on one fact. A step takes up to 20 nanoseconds, so this is up to 40 milliseconds. */
export const MOST_STEPS = 2_000_000

let spent = 0

/** Steps of all filters since the process began. */
export const stepsSpent = (): number => spent

/** The filter has used up its steps on this fact. */
export class TooCostly extends Error {
  override readonly name = 'TooCostly'
}

/**
 * One evaluation of a filter. Operations that take longer than the text of the filter spend steps beforehand, by the sizes of
 * the values alone, so that the same filter on the same fact always ends the same way.
 */
export class FilterRun {
  /** The current element of a macro. */
  item: unknown = undefined
  private left = MOST_STEPS

  constructor(readonly fact: FilterContext) {}

  /** Throws TooCostly when there are fewer left. */
  spend(steps: number): void {
    this.left -= steps
    spent += Math.min(steps, MOST_STEPS)
    if (this.left < 0) throw new TooCostly()
  }
}
