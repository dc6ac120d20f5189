/**
 * One of several parties at a time; steps of one party do not wait for each other, because whatever is asked of a broker
 * over one connection is answered in order.
 */
export class Turns<Party> {
  private party: Party | undefined
  /** Settles when the parties before have been answered. */
  private before: Promise<unknown> = Promise.resolve()
  private underWay: Promise<unknown>[] = []

  take<T>(party: Party, step: () => Promise<T>): Promise<T> {
    if (party !== this.party) {
      this.party = party
      this.before = Promise.allSettled(this.underWay)
      this.underWay = []
    }
    const done = this.before.then(step)
    this.underWay.push(done)
    return done
  }
}
