/**
 * Serialises the requests of several parties; requests of one party do not wait for each other, because a broker answers the
 * requests of one connection in order.
 */
export class Turns<Party> {
  private party: Party | undefined
  /** Settles when the earlier parties have their responses. */
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
