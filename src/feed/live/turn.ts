import { stepsSpent } from '../filter/filter-run'

/** What readers' filters may cost while all others wait, in steps (20 milliseconds at most): the rest is done in another turn. */
const TURN_STEPS = 1_000_000

/** One stretch of work that nothing else comes between. By steps, not by time: a busy machine is no reason to stop earlier. */
export class Turn {
  private readonly end: number

  constructor(steps = TURN_STEPS) {
    this.end = stepsSpent() + steps
  }

  get isOver(): boolean {
    return stepsSpent() > this.end
  }
}
