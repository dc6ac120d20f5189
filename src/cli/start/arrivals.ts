import type { Pair } from '../../observe/watch/pairing'

/** Counts changes that were seen together with their fact, until there are as many as were seeded. */
export class Arrivals {
  seen = 0
  private alone = 0
  private resolve: () => void = () => undefined
  /** Resolves when the expected number has been seen. */
  readonly all = new Promise<void>((resolve) => (this.resolve = resolve))

  constructor(private readonly expected: number) {
    if (expected === 0) this.resolve()
  }

  add({ change, fact }: Pair): void {
    if (change !== undefined && fact !== undefined) this.seen += 1
    else if (change !== undefined) this.alone += 1
    if (this.seen >= this.expected) this.resolve()
  }

  /** Says what is missing, and where to look. */
  missing(home: string): string {
    const count = `Only ${this.seen} of ${this.expected} seeded rows were seen as facts`
    return this.alone > 0
      ? `${count}; ${this.alone} changes reached Kafka without becoming a fact: see ${home}/logs/pipeline.log`
      : `${count}; the others did not reach Kafka (a table that the command seed leaves alone has none): see ${home}/logs/connect.log and "facts doctor"`
  }
}
