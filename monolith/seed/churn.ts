import { desc } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../database'
import { primary } from '../models/primary'
import { secondary } from '../models/secondary'
import { tertiary } from '../models/tertiary'
import type { Kind, Living } from './change'
import { change } from './change'
import { seededGenerator } from './seed'

export interface ChurnOptions {
  /** Row changes per second, over all models. */
  readonly rate: number
  /** Decides which changes are made to which rows; times come from the clock. */
  readonly seed: number | undefined
  /** Ends the churn after the current transaction. */
  readonly signal: AbortSignal
  /** Called about every five seconds. */
  readonly onProgress: (counts: ChurnCounts) => void
}

export interface ChurnCounts extends Readonly<Record<Kind, number>> {
  readonly transactions: number
  /** Since the start. */
  readonly seconds: number
}

/** At high rates changes are grouped, so that there are no more transactions per second than this. */
const TRANSACTIONS_PER_SECOND = 50
const REPORT_EVERY_MS = 5000
/** Rows of each model remembered for updates and deletes. */
const REMEMBERED = 10_000

/**
 * Inserts, updates and deletes at the given rate until the signal; what falls due together is one transaction.
 * When the database cannot keep up the rate sinks: at most one second's worth is ever caught up.
 */
export async function churn(database: Database, options: ChurnOptions): Promise<ChurnCounts> {
  const { rate, signal, onProgress } = options
  const { orm } = database
  const faker = await seededGenerator(database, options.seed)
  let living = await survey(orm)
  const counts = { inserted: 0, updated: 0, deleted: 0, transactions: 0 }
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  let reported = began
  let next = began
  while (!signal.aborted) {
    const now = performance.now()
    next = Math.max(next, now - 1000)
    const due = now < next ? 0 : Math.floor(((now - next) * rate) / 1000) + 1
    const kinds = due === 0 ? [] : await transaction(due)
    for (const kind of kinds) counts[kind]++
    if (due > 0) counts.transactions++
    next += (due * 1000) / rate
    if (performance.now() - reported >= REPORT_EVERY_MS) {
      reported = performance.now()
      onProgress({ ...counts, seconds: seconds() })
    }
    const wait = Math.max(next - performance.now(), 1000 / TRANSACTIONS_PER_SECOND)
    await pause(wait, undefined, { signal }).catch(() => undefined)
  }
  return { ...counts, seconds: seconds() }

  async function transaction(changes: number): Promise<readonly Kind[]> {
    try {
      return await orm.transaction(async (tx) => {
        const kinds: Kind[] = []
        while (kinds.length < changes) {
          const kind = await change(tx, faker, living)
          if (kind !== undefined) kinds.push(kind)
        }
        return kinds
      })
    } catch (error) {
      // Two writers can disagree: the other one made a child of the row deleted here, or locked in another order.
      if (!isConflict(error)) throw error
      living = await survey(orm)
      return []
    }
  }
}

/** foreign_key_violation, serialization_failure, deadlock_detected. */
function isConflict(error: unknown): boolean {
  const code = (error as { readonly cause?: { readonly code?: unknown } }).cause?.code
  return code === '23503' || code === '40001' || code === '40P01'
}

async function survey(orm: NodePgDatabase): Promise<Living> {
  const tertiaries = await orm.select({ id: tertiary.id }).from(tertiary).limit(REMEMBERED)
  const secondaries = await orm
    .select({ id: secondary.id })
    .from(secondary)
    .orderBy(desc(secondary.id))
    .limit(REMEMBERED)
  const primaries = await orm
    .select({ id: primary.id })
    .from(primary)
    .orderBy(desc(primary.id))
    .limit(REMEMBERED)
  return {
    tertiaries: tertiaries.map((row) => row.id),
    secondaries: secondaries.map((row) => row.id),
    primaries: primaries.map((row) => row.id),
  }
}
