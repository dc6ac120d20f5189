import type { Feed } from '../live/feed'
import type { Position, Positions } from '../cursor/position'
import type { FactStore } from '../store/fact-store'
import { firstAfter } from '../store/first-after'

/**
 * The furthest positions of a reader with a lag: in each partition before the first fact that was committed less than the lag
 * ago. Without a lag the hub's positions.
 */
export function lagging({ hub }: Feed, from: Positions, lagMs: number): Positions {
  if (lagMs === 0) return hub.positions
  const { store } = hub.history
  const time = BigInt(Date.now() - lagMs) * 1000n
  return positionsBefore(store, { from, until: hub.positions }, time)
}

/** In each partition the position before the first fact of the range that was committed after the time (microseconds). */
export function positionsBefore(
  store: Pick<FactStore, 'rowAt' | 'rowBefore'>,
  { from, until }: { readonly from: Positions; readonly until: Positions },
  time: bigint,
): Positions {
  return until.map((end, partition): Position => {
    const begin = from[partition] ?? end
    const found = firstAfter(store, { partition, from: begin.next, until: end.next }, time)
    if (found === undefined) return end
    const { next } = begin
    return found.offset <= next
      ? begin
      : { next: found.offset, check: store.rowBefore(partition, found.offset)?.check ?? 0 }
  })
}
