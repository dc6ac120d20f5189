import type { Resyncing } from '../../src/compose/resync'
import type { SourceOf } from '../../src/cli/resync/compare-facts'
import type { Difference } from '../../src/observe/resync/resync'

/** What a comparison finds, rows by their keys. */
export interface Found {
  readonly same: number
  readonly missing?: readonly string[]
  readonly different?: readonly string[]
  readonly absent?: readonly string[]
  readonly notCompared?: readonly string[]
}

const TOPIC = 'monolith.public.things'

/** A fact whose comparisons give what was written down for each, the last one again and again. */
export class PlayedPart implements Resyncing {
  readonly name = 'things'
  readonly topic = TOPIC
  readonly keyColumns = ['id']
  /** Keys of the rows that were handed over. */
  readonly removed: string[] = []
  private readonly found: Found[]

  constructor(...found: readonly Found[]) {
    this.found = [...found]
  }

  compare(): Promise<Difference> {
    const found = this.found.length > 1 ? this.found.shift() : this.found[0]
    const { same = 0, missing = [], different = [], absent = [], notCompared = [] } = found ?? {}
    return Promise.resolve({
      same,
      missing,
      notCompared,
      different: different.map((subject) => ({ subject, between: 'one and another' })),
      absent: absent.map((key) => ({
        topic: TOPIC,
        partition: 0,
        offset: 0n,
        timestamp: 1n,
        headers: {},
        key: Buffer.from(key),
        value: null,
      })),
    })
  }

  remove(rows: Difference['absent']): Promise<void> {
    this.removed.push(...rows.map(({ key }) => String(key)))
    return Promise.resolve()
  }
}

export const noSource: SourceOf = () => ({
  position: () => Promise.reject(new Error('not asked for')),
  typeOf: () => undefined,
  rows: () => {
    throw new Error('not asked for')
  },
})
