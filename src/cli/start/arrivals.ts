import type { Pair } from '../../observe/watch/pairing'

/** Counts changes that were seen together with their fact. */
export class Arrivals {
  seen = 0
  private alone = 0
  private expected = Infinity
  private resolve: () => void = () => undefined
  private readonly all = new Promise<void>((resolve) => (this.resolve = resolve))

  /** Resolves when so many have been seen, earlier ones included. */
  of(expected: number): Promise<void> {
    this.expected = expected
    this.look()
    return this.all
  }

  add({ change, fact }: Pair): void {
    if (change !== undefined && fact !== undefined) this.seen += 1
    else if (change !== undefined) this.alone += 1
    this.look()
  }

  /** Says what is missing, and where to look. */
  missing(home: string): string {
    const count = `Only ${this.seen} of ${this.expected} seeded rows were seen as facts`
    return this.alone > 0
      ? `${count}; ${this.alone} changes reached Kafka without becoming a fact: see ${home}/logs/pipeline.log`
      : `${count}; the others did not reach Kafka: see ${home}/logs/connect.log and "facts doctor"`
  }

  private look(): void {
    if (this.seen >= this.expected) this.resolve()
  }
}
