import type { History, ReadLimits } from '../history/history'
import { positionsBefore } from './lagging'
import { merged } from '../history/merged'
import type { Positions } from '../cursor/position'
import type { Entry } from '../store/entry'
import type { FactStore } from '../store/fact-store'
import type { SourceOrder } from './source-order'
import { compareOrder, orderOf } from './source-order'

/** A stretch of source-commit time, microseconds: from `start` up to before `end`. */
export interface Window {
  readonly start: bigint
  readonly end: bigint
}

/** Where a fact of a window is found; its value is read when its turn comes. */
export interface WindowEntry {
  readonly partition: number
  readonly offset: bigint
  /** Committed before the window began. */
  readonly isLate: boolean
}

export interface WindowPlan {
  readonly entries: readonly WindowEntry[]
  /** Where a reader stands behind it. */
  readonly positions: Positions
  /** Up to where everything has been told then. */
  readonly told: bigint
}

/** A window that holds more is told in several parts: nobody's memory shall grow with it. */
export const LARGEST: ReadLimits = { facts: 10_000, bytes: 4 * 1024 * 1024 }
/** Facts that are decoded in one go, so that others get their turn. */
const CHUNK = 500

/**
 * The window that comes next: the one in which the earliest fact between the positions lies. Facts of what has been told
 * already make one of their own, without length, so that late ones wait for nothing. Undefined when there is no fact.
 */
export function nextWindow(
  store: Pick<FactStore, 'rowAt'>,
  { from, until, told }: { from: Positions; until: Positions; told: bigint | undefined },
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
  if (told === undefined || told <= start) return { start, end }
  return told > earliest ? { start: told, end: told } : { start: told, end }
}

/**
 * The facts of the window in their order, as far as they are there: of each partition what stands before its first fact of
 * a later window. When they are too many, the first of them.
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
    told: isWhole ? end : latest,
  }
}

/**
 * By commit time, then by the place in the source's log. A subject's facts stay in the order of the topic: one that goes
 * back, as snapshots and replayed dead letters do, counts as committed with the one before it.
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
