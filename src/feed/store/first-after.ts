import type { Entry } from './entry'
import type { FactStore } from './fact-store'

/** Offset range of a partition. */
export interface Stretch {
  readonly partition: number
  readonly from: bigint
  readonly until: bigint
}

/** The first row of the range that was committed after the time (microseconds). */
export function firstAfter(
  store: Pick<FactStore, 'rowAt'>,
  { partition, from, until }: Stretch,
  time: bigint,
): Entry | undefined {
  let low = from
  let high = until
  while (low < high) {
    const middle = (low + high) / 2n
    const row = store.rowAt(partition, middle)
    if (row === undefined || row.offset >= high || row.highestTime > time) high = middle
    else low = row.offset + 1n
  }
  const found = store.rowAt(partition, low)
  return found === undefined || found.offset >= until ? undefined : found
}
