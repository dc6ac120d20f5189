import { stepsSpent } from '../filter/filter-run'

/** Filter steps that may be spent before other work gets a turn (20 milliseconds at most). */
const TURN_STEPS = 1_000_000

/** Work without yielding to the event loop. Measured in steps, not in time, so that the machine's load has no effect. */
export class Turn {
  private readonly end: number

  constructor(steps = TURN_STEPS) {
    this.end = stepsSpent() + steps
  }

  get isOver(): boolean {
    return stepsSpent() > this.end
  }
}
