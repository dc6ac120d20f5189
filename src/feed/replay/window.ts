import type { History } from '../history/history'
import type { ReadLimits } from '../history/read-limits'
import { positionsBefore } from './lagging'
import { merged } from '../history/merged'
import type { Positions } from '../cursor/position'
import type { Entry } from '../store/entry'
import type { FactStore } from '../store/fact-store'
import type { SourceOrder } from './source-order'
import { compareOrder, orderOf } from './source-order'

/** A range of source-commit time, microseconds: from `start`, inclusive, to `end`, exclusive. */
export interface Window {
  readonly start: bigint
  readonly end: bigint
}

/** Location of a fact of a window; its value is read when it is sent. */
export interface WindowEntry {
  readonly partition: number
  readonly offset: bigint
  /** Committed before the window began. */
  readonly isLate: boolean
}

export interface WindowPlan {
  readonly entries: readonly WindowEntry[]
  /** Positions after the window. */
  readonly positions: Positions
  /** Commit time before which everything is sent after the window. */
  readonly sentUntil: bigint
}

/** A larger window is sent in several parts, so that memory stays bounded. */
export const LARGEST: ReadLimits = { facts: 10_000, bytes: 4 * 1024 * 1024 }
/** Facts that are decoded at a time, so that other work gets a turn. */
const CHUNK = 500

/**
 * The next window: the one that contains the earliest fact between the positions. Late facts form their own window of length
 * zero, so that they are sent immediately. Undefined when there is no fact.
 */
export function nextWindow(
  store: Pick<FactStore, 'rowAt'>,
  { from, until, sentUntil }: { from: Positions; until: Positions; sentUntil: bigint | undefined },
  windowMs: number,
): Window | undefined {
  let earliest: bigint | undefined
  for (const [partition, { next }] of from.entries()) {
    const end = until[partition]?.next ?? next
    const row = end > next ? store.rowAt(partition, next) : undefined
    if (row === undefined || row.offset >= end) continue
    if (earliest === undefined || row.highestTime < earliest) earliest = row.highestTime
  }
  if (earliest === undefined) return undefined
  const slice = BigInt(windowMs) * 1000n
  const start = earliest - (earliest % slice)
  const end = start + slice
  if (sentUntil === undefined || sentUntil <= start) return { start, end }
  return sentUntil > earliest ? { start: sentUntil, end: sentUntil } : { start: sentUntil, end }
}

/**
 * The facts of the window in their order: of each partition those before its first fact of a later window. The first ones up
 * to the limits.
 */
export async function planWindow(
  { store, changes }: { readonly store: FactStore; readonly changes: History },
  { from, until }: { readonly from: Positions; readonly until: Positions },
  { start, end }: Window,
  largest: ReadLimits,
): Promise<WindowPlan> {
  const target = positionsBefore(store, { from, until }, end - 1n)
  const { entries, positions } = merged(store, from, target, largest)
  const last = entries.at(-1)
  const isWhole = positions.every(({ next }, partition) => next >= (target[partition]?.next ?? 0n))
  const latest = last !== undefined && last.highestTime > start ? last.highestTime : start
  return {
    entries: await sorted(entries, changes, start),
    positions,
    sentUntil: isWhole ? end : latest,
  }
}

/**
 * Sorts by commit time, then by position in the WAL. A subject's facts stay in topic order: one with an earlier commit time
 * than its predecessor, as in snapshots and replayed dead letters, counts as committed with that.
 */
async function sorted(
  entries: readonly Entry[],
  changes: History,
  start: bigint,
): Promise<readonly WindowEntry[]> {
  const placed: (WindowEntry & { readonly order: SourceOrder })[] = []
  const lastOf = new Map<string, SourceOrder>()
  for (let at = 0; at < entries.length; at += CHUNK) {
    const chunk = entries.slice(at, at + CHUNK)
    const images = await changes.imagesOf(chunk)
    for (const [index, { partition, offset, key, time }] of chunk.entries()) {
      const subject = `${partition} ${key.toString('latin1')}`
      const own = orderOf(time, images[index])
      const before = lastOf.get(subject)
      const order = before !== undefined && compareOrder(own, before) < 0 ? before : own
      lastOf.set(subject, order)
      placed.push({ partition, offset, isLate: time < start, order })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  placed.sort(
    (a, b) =>
      compareOrder(a.order, b.order) || a.partition - b.partition || (a.offset < b.offset ? -1 : 1),
  )
  return placed.map(({ partition, offset, isLate }) => ({ partition, offset, isLate }))
}
