import type { Faker } from '@faker-js/faker'
import { desc, sql } from 'drizzle-orm'
import type { Database } from '../database'
import { event } from '../models/event'
import { primary } from '../models/primary'
import { secondary } from '../models/secondary'
import { tertiary } from '../models/tertiary'
import { eventRow } from './event-row'
import { generator } from './generator'
import type { EpochMillis } from './moment'
import { insertRows } from './insert-rows'
import { chance } from './moment'
import { primaryRow } from './primary-row'
import { secondaryRow } from './secondary-row'
import { tertiaryRow } from './tertiary-row'

export interface SeedOptions {
  /** Rows of each model. */
  readonly number: number
  /** The same seed on the same database gives the same rows; undefined: other rows every time. */
  readonly seed: number | undefined
  /** Stops between two batches; rows inserted so far stay. */
  readonly signal: AbortSignal
  /** Called after each batch with the rows of that model inserted so far. */
  readonly onProgress: (model: Model, inserted: number) => void
}

export type Model = 'tertiary' | 'secondary' | 'primary' | 'event'
export type SeedResult = Readonly<Record<Model, number>>

/** Rows of one INSERT, which is one transaction. */
const BATCH = 500
/** How many of the rows that were there before may become parents of new ones. */
const PARENTS = 1000
/** The present of seeded runs, so that their times do not depend on the day. */
const SEEDED_NOW: EpochMillis = Date.UTC(2026, 0, 1)

/** Inserts `number` rows of each model, parents first. Nothing is emptied: run it as often as wanted. */
export async function seed(database: Database, options: SeedOptions): Promise<SeedResult> {
  const { orm } = database
  const faker = await seededGenerator(database, options.seed)
  const now = options.seed === undefined ? Date.now() : SEEDED_NOW

  const oldTertiaries = await orm
    .select({ id: tertiary.id })
    .from(tertiary)
    .orderBy(tertiary.id)
    .limit(PARENTS)
  const oldSecondaries = await orm
    .select({ id: secondary.id })
    .from(secondary)
    .orderBy(desc(secondary.id))
    .limit(PARENTS)

  const newTertiaries = await inBatches('tertiary', options, (count) =>
    insertRows<string>(
      orm,
      tertiary,
      times(count, () => tertiaryRow(faker, now)),
    ),
  )
  const tertiaries = [...newTertiaries, ...oldTertiaries.map((row) => row.id)]
  const newSecondaries = await inBatches('secondary', options, (count) =>
    insertRows<string>(
      orm,
      secondary,
      times(count, () => secondaryRow(faker, now, pick(faker, tertiaries))),
    ),
  )
  const secondaries = [...newSecondaries.map(BigInt), ...oldSecondaries.map((row) => row.id)]
  const parent = (): bigint | null => (chance(faker, 0.1) ? null : pick(faker, secondaries))
  const newPrimaries = await inBatches('primary', options, (count) =>
    insertRows<string>(
      orm,
      primary,
      times(count, () => primaryRow(faker, now, parent())),
    ),
  )
  const earlier = await orm
    .select({ id: event.id })
    .from(event)
    .orderBy(desc(event.id))
    .limit(PARENTS)
  const ids = earlier.map((row) => row.id)
  const newEvents = await inBatches('event', options, (count) =>
    insertRows<string>(
      orm,
      event,
      times(count, () => eventRow(faker, now, ids.length === 0 ? undefined : pick(faker, ids))),
    ),
  )
  return {
    tertiary: newTertiaries.length,
    secondary: newSecondaries.length,
    primary: newPrimaries.length,
    event: newEvents.length,
  }
}

/**
 * The state of the tables is part of the seed, so that a second run with the same seed makes other rows (their uuids
 * would collide otherwise), and still the same ones on an equal database.
 */
export async function seededGenerator({ orm }: Database, seed: number | undefined): Promise<Faker> {
  if (seed === undefined) return generator(undefined)
  const result = await orm.execute<{ readonly tertiaries: string; readonly sequence: string }>(
    sql`SELECT (SELECT count(*) FROM ${tertiary}) AS tertiaries,
               (SELECT last_value FROM wildapp_primary_id_seq) AS sequence`,
  )
  const state = result.rows[0]
  return generator([seed, Number(state?.tertiaries), Number(state?.sequence)])
}

/** Keeps one statement on its way while the next rows are made: making takes about as long as inserting. */
async function inBatches<Id>(
  model: Model,
  { number, signal, onProgress }: SeedOptions,
  insert: (count: number) => Promise<readonly Id[]>,
): Promise<readonly Id[]> {
  const inserted: Id[] = []
  let underWay: Promise<readonly Id[]> = Promise.resolve([])
  for (let asked = 0; asked < number && !signal.aborted; asked += BATCH) {
    const next = insert(Math.min(BATCH, number - asked))
    // Its failure is seen at its turn; without a handler by then it would count as unhandled.
    next.catch(() => undefined)
    inserted.push(...(await underWay))
    underWay = next
    onProgress(model, inserted.length)
  }
  inserted.push(...(await underWay))
  onProgress(model, inserted.length)
  return inserted
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

function pick<T>(faker: Faker, from: readonly T[]): T {
  return faker.helpers.arrayElement(from)
}
