import type { ReadLimits } from './read-limits'
import type { Positions } from '../cursor/position'
import type { Entry } from '../store/entry'
import type { FactStore } from '../store/fact-store'

/**
 * The rows between the positions, each partition in its order, partitions merged by commit time as far as they have been
 * committed in that order; the first ones up to the limits, at least one. `positions` are those after them.
 */
export function merged(
  store: Pick<FactStore, 'rowsFrom'>,
  from: Positions,
  until: Positions,
  { facts, bytes }: ReadLimits,
): { readonly entries: readonly Entry[]; readonly positions: Positions } {
  const sources: Source[] = []
  for (const [partition, { next }] of from.entries()) {
    const end = until[partition]?.next ?? next
    if (end <= next) continue
    const rows = store.rowsFrom(partition, next, end)
    const first = rows.next()
    if (first.done !== true) sources.push({ rows, head: first.value })
  }
  const entries: Entry[] = []
  let size = 0
  while (sources.length > 0 && entries.length < facts && size < bytes) {
    const source = earliest(sources)
    entries.push(source.head)
    size += source.head.value?.length ?? 0
    const next = source.rows.next()
    if (next.done === true) sources.splice(sources.indexOf(source), 1)
    else source.head = next.value
  }
  for (const { rows } of sources) rows.return(undefined)
  return {
    entries,
    positions: sources.length === 0 ? furthest(from, until) : after(from, entries),
  }
}

/** In each partition the later of the two. Records that are not facts may follow the last entry. */
export const furthest = (from: Positions, until: Positions): Positions =>
  from.map((position, partition) => {
    const end = until[partition] ?? position
    return end.next > position.next ? end : position
  })

function after(from: Positions, entries: readonly Entry[]): Positions {
  const positions = [...from]
  for (const { partition, offset, check } of entries) {
    positions[partition] = { next: offset + 1n, check }
  }
  return positions
}

interface Source {
  readonly rows: Generator<Entry>
  head: Entry
}

function earliest(sources: readonly Source[]): Source {
  let best = sources[0] as Source
  for (const source of sources) {
    if (source.head.highestTime < best.head.highestTime) best = source
  }
  return best
}
