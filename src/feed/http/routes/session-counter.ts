import { Problem } from '../../problem'

export interface SessionLimits {
  /** Maximum in total. */
  readonly total: number
  readonly perAddress: number
  readonly perConsumer: number
}

/** Counts open streams and long polls, and rejects those beyond the limits. */
export class SessionCounter {
  private total = 0
  private readonly counts = new Map<string, number>()

  constructor(private readonly limits: SessionLimits) {}

  /** Counts a session; returns the function that removes it. Throws Problem `server-full` or `too-many-sessions`. */
  enter(address: string, consumer: string | undefined): () => void {
    const { total, perAddress, perConsumer } = this.limits
    if (this.total >= total) {
      throw new Problem('server-full', `The server serves ${total} sessions at most.`)
    }
    const keys = [['address', address, perAddress] as const]
    const all =
      consumer === undefined ? keys : [...keys, ['consumer', consumer, perConsumer] as const]
    for (const [what, name, most] of all) {
      if ((this.counts.get(`${what} ${name}`) ?? 0) < most) continue
      throw new Problem('too-many-sessions', `One ${what} has ${most} sessions at most.`)
    }
    this.total += 1
    for (const [what, name] of all) this.add(`${what} ${name}`, 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.total -= 1
      for (const [what, name] of all) this.add(`${what} ${name}`, -1)
    }
  }

  private add(key: string, difference: number): void {
    const count = (this.counts.get(key) ?? 0) + difference
    if (count === 0) this.counts.delete(key)
    else this.counts.set(key, count)
  }
}
