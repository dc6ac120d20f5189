import type { Feed } from '../live/feed'
import type { ReaderPosition } from '../cursor/reader-position'
import { afterEvent } from './after-event'
import { lagging } from './lagging'
import type { Position } from '../cursor/position'
import type { Selection } from '../select/selection'
import { firstAfter } from '../store/first-after'

/** Where a reader begins. */
export type Start =
  | { readonly at: 'cursor'; readonly cursor: string }
  /** For an outbox: after the event with that number. */
  | { readonly at: 'event'; readonly number: string }
  | { readonly at: 'earliest' | 'now' | 'snapshot' }
  /** Microseconds since 1970. */
  | { readonly at: 'time'; readonly time: bigint }

/** Resolves the start to a position. Throws Problem when that is impossible; see PROTOCOL.md R15 to R26. */
export async function begin(
  feed: Feed,
  selection: Selection,
  start: Start,
  lagMs = 0,
): Promise<ReaderPosition> {
  await feed.hub.opening.served()
  switch (start.at) {
    case 'cursor':
      return feed.resume(start.cursor, selection)
    case 'event':
      return afterEvent(feed, selection, start.number)
    case 'earliest':
      return { positions: feed.earliest() }
    case 'now':
      return { positions: await feed.hub.head() }
    case 'snapshot':
      await feed.hub.head()
      return {
        positions: lagging(feed, feed.earliest(), lagMs),
        snapshot: { partition: 0, key: undefined },
      }
    case 'time':
      return { positions: await positionsAfter(feed, selection, start.time) }
  }
}

/** The positions, in each partition, before the first fact that was committed after the time. */
async function positionsAfter(
  feed: Feed,
  selection: Selection,
  time: bigint,
): Promise<readonly Position[]> {
  const head = await feed.hub.head()
  const { store } = feed.hub.history
  return store.lowest().map((low, partition) => {
    const end = head[partition] ?? { next: low.offset, check: 0 }
    const found = firstAfter(store, { partition, from: low.offset, until: end.next }, time)
    const isFirst = found?.offset === store.rowAt(partition, low.offset)?.offset
    if (low.time === undefined ? isFirst : low.time > time) {
      throw feed.expired('Facts of that time may have been deleted already.', selection)
    }
    if (found === undefined) return end
    return { next: found.offset, check: store.rowBefore(partition, found.offset)?.check ?? 0 }
  })
}
