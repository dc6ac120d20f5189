import type { Entry } from './entry'
import type { FactStore } from './fact-store'

type Rows = Pick<FactStore, 'rowsFrom'>

/** Most rows to follow backwards before the whole range is read instead. */
const MOST_ROWS = 1_000

/**
 * Rows of these subjects only, followed backwards from the last one of each. All rows of a range in which they have changed
 * more often than that.
 */
export function subjectRows(
  store: Pick<FactStore, 'rowsFrom' | 'latestOf' | 'row'>,
  subjects: readonly Buffer[],
): Rows {
  return {
    *rowsFrom(partition, from, until) {
      const rows = rowsOf(store, subjects, { partition, from, until })
      yield* rows ?? store.rowsFrom(partition, from, until)
    },
  }
}

interface Stretch {
  readonly partition: number
  readonly from: bigint
  readonly until: bigint
}

function rowsOf(
  store: Pick<FactStore, 'latestOf' | 'row'>,
  subjects: readonly Buffer[],
  { partition, from, until }: Stretch,
): readonly Entry[] | undefined {
  const rows: Entry[] = []
  let looked = 0
  for (const subject of subjects) {
    let offset = store.latestOf(partition, subject)
    while (offset !== undefined && offset >= from) {
      looked += 1
      if (looked > MOST_ROWS) return undefined
      const row = store.row(partition, offset)
      if (row === undefined) break
      if (offset < until) rows.push(row)
      offset = row.previous
    }
  }
  return rows.sort((one, other) => (one.offset < other.offset ? -1 : 1))
}
