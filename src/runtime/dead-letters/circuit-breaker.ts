import { FactsError } from '../../errors'
import type { StateStore } from '../../topology/store'

/** Key in the store of the parked keys, whose other keys contain a space. */
const SAVED = 'attempts'

interface Attempts {
  /** Records that were processed, good and bad. */
  count: number
  /** Numbers of the recent bad ones. */
  bad: number[]
}

export interface CircuitBreakerOptions {
  /** Bad records that stop the pipeline, when at least half of those processed in that time were bad; 0: never. */
  readonly most: number
  readonly topic: string
  readonly store: StateStore
}

/**
 * Stops the pipeline when many records fail, as with a wrong converter or after a bad deployment: when `most` of the last
 * `2 * most` records of a processor were bad. Records of parked keys and replayed records do not count. So a single key, however
 * often it changes, and a table with fewer bad rows never stop it, and it does not depend on a clock. The count is stored with
 * the state, so it survives a restart and a move to another instance.
 */
export class CircuitBreaker {
  private attempts = new Map<string, Attempts>()
  private saved: Buffer | undefined

  constructor(private readonly options: CircuitBreakerOptions) {}

  /** Loads the count of the last transaction. */
  load(): void {
    this.attempts = new Map()
    this.saved = this.options.store.get(SAVED)
    if (this.saved === undefined || this.options.most === 0) return
    for (const [processor, bad] of Object.entries(parsed(this.saved))) {
      this.attempts.set(processor, { count: 0, bad: bad.map((age) => -age) })
    }
  }

  /** Counts a record. Throws BAD_RECORDS at the limit; the batch must then not be committed. */
  count(processor: string, error: FactsError | undefined): void {
    const { most } = this.options
    if (most === 0) return
    const attempts = this.attempts.get(processor) ?? { count: 0, bad: [] }
    this.attempts.set(processor, attempts)
    attempts.count += 1
    if (error === undefined) return
    attempts.bad = this.recent(attempts)
    attempts.bad.push(attempts.count)
    if (attempts.bad.length >= most) throw this.tooMany(processor, attempts, error)
  }

  /** Saves the count to the store. */
  save(): void {
    const { store, most } = this.options
    const recent = [...this.attempts].flatMap(([processor, attempts]) => {
      const ages = this.recent(attempts).map((number) => attempts.count - number)
      return ages.length === 0 ? [] : [[processor, ages] as const]
    })
    const before = this.saved
    if (recent.length === 0 || most === 0) {
      if (before !== undefined) store.delete(SAVED)
      this.saved = undefined
      return
    }
    const saved = Buffer.from(JSON.stringify(Object.fromEntries(recent)))
    if (before?.equals(saved) !== true) store.set(SAVED, saved)
    this.saved = saved
  }

  /** Those among the last two times `most`. */
  private recent({ count, bad }: Attempts): number[] {
    return bad.filter((number) => number > count - 2 * this.options.most)
  }

  private tooMany(processor: string, { count, bad }: Attempts, error: FactsError): FactsError {
    const { topic, most } = this.options
    const tried = count - (bad[0] ?? count) + 1
    return new FactsError(
      'BAD_RECORDS',
      `${most} of the last ${tried} changes of ${topic} could not become facts of ${processor}, the last because of ${error.code}: ${error.message} So many at once have one cause: look at what was changed last, a converter or a transform of the connector, the declaration, or the mapping. Nothing of this batch was committed: fix the cause and start again. If these changes are to become dead letters, start with FACTS_PIPELINE_BAD_RECORDS_TO_STOP=0 until they are through.`,
      { topic, cause: error },
    )
  }
}

/** Whether the key of the store is not that of a parked key. */
export const isBreakerKey = (id: string): boolean => id === SAVED

function parsed(saved: Buffer): Readonly<Record<string, readonly number[]>> {
  return JSON.parse(saved.toString()) as Readonly<Record<string, readonly number[]>>
}
