import type { Faker } from '@faker-js/faker'
import type { SQL } from 'drizzle-orm'
import { and, eq, notExists, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { event } from '../models/event'
import { primary, status } from '../models/primary'
import { secondary } from '../models/secondary'
import { tertiary } from '../models/tertiary'
import { eventRow } from './event-row'
import { amount, notes, primaryRow } from './primary-row'
import { secondaryRow } from './secondary-row'
import { tertiaryRow } from './tertiary-row'
import { timeOfDay } from './moment'

/** Keys of rows believed to exist; another process may have deleted some. */
export interface Living {
  readonly tertiaries: string[]
  readonly secondaries: bigint[]
  readonly primaries: bigint[]
}

export type Kind = 'inserted' | 'updated' | 'deleted'

type Orm = Pick<NodePgDatabase, 'insert' | 'update' | 'delete' | 'select'>
type Change = (orm: Orm, faker: Faker, living: Living) => Promise<Kind | undefined>

/** The database's clock with microseconds, so that the time from change to fact can be read off a row. */
const clock = (): SQL<string> => sql`clock_timestamp()`

/** What may happen and how often. Most updates leave the notes alone, so that large ones arrive as placeholders. */
const CHANGES: readonly { readonly weight: number; readonly value: Change }[] = [
  { weight: 34, value: insertPrimary },
  { weight: 36, value: (orm, faker, living) => updatePrimary(orm, living, faker, touch(faker)) },
  {
    weight: 5,
    value: (orm, faker, living) => updatePrimary(orm, living, faker, { notes: notes(faker) }),
  },
  {
    weight: 3,
    value: (orm, faker, living) =>
      updatePrimary(orm, living, faker, { score: null, dueOn: null, fingerprint: null }),
  },
  {
    weight: 3,
    value: (orm, faker, living) =>
      updatePrimary(orm, living, faker, { secondaryId: any(faker, living.secondaries) ?? null }),
  },
  { weight: 12, value: deletePrimary },
  { weight: 2, value: insertSecondary },
  { weight: 3, value: updateSecondary },
  { weight: 1, value: deleteSecondary },
  { weight: 0.5, value: insertTertiary },
  { weight: 0.5, value: updateTertiary },
  { weight: 5, value: insertEvent },
]

/** Makes one change. Returns its kind, or undefined when the chosen row was deleted already or is still referenced. */
export async function change(orm: Orm, faker: Faker, living: Living): Promise<Kind | undefined> {
  return faker.helpers.weightedArrayElement(CHANGES)(orm, faker, living)
}

async function insertEvent(orm: Orm, faker: Faker): Promise<Kind> {
  await orm.insert(event).values({ ...eventRow(faker, Date.now(), undefined), timestamp: clock() })
  return 'inserted'
}

async function insertTertiary(orm: Orm, faker: Faker, { tertiaries }: Living): Promise<Kind> {
  const row = { ...tertiaryRow(faker, Date.now()), createdAt: clock(), updatedAt: clock() }
  tertiaries.push(...(await orm.insert(tertiary).values(row).returning()).map(({ id }) => id))
  return 'inserted'
}

async function insertSecondary(orm: Orm, faker: Faker, living: Living): Promise<Kind> {
  const tertiaryId = any(faker, living.tertiaries)
  if (tertiaryId === undefined) return insertTertiary(orm, faker, living)
  const row = {
    ...secondaryRow(faker, Date.now(), tertiaryId),
    createdAt: clock(),
    updatedAt: clock(),
  }
  const inserted = await orm.insert(secondary).values(row).returning({ id: secondary.id })
  living.secondaries.push(...inserted.map(({ id }) => id))
  return 'inserted'
}

async function insertPrimary(orm: Orm, faker: Faker, living: Living): Promise<Kind> {
  const secondaryId = any(faker, living.secondaries)
  if (secondaryId === undefined) return insertSecondary(orm, faker, living)
  const row = {
    ...primaryRow(faker, Date.now(), secondaryId),
    createdAt: clock(),
    updatedAt: clock(),
  }
  const inserted = await orm.insert(primary).values(row).returning({ id: primary.id })
  living.primaries.push(...inserted.map(({ id }) => id))
  return 'inserted'
}

function touch(faker: Faker): Partial<typeof primary.$inferInsert> {
  return {
    status: faker.helpers.arrayElement(status.enumValues),
    amount: amount(faker),
    quantity: faker.number.int({ max: 10_000 }),
    verified: faker.datatype.boolean(),
  }
}

async function updatePrimary(
  orm: Orm,
  living: Living,
  faker: Faker,
  values: Partial<typeof primary.$inferInsert>,
): Promise<Kind | undefined> {
  const id = any(faker, living.primaries)
  if (id === undefined) return insertPrimary(orm, faker, living)
  const result = await orm
    .update(primary)
    .set({ ...values, updatedAt: clock() })
    .where(eq(primary.id, id))
  return settle(result.rowCount, 'updated', living.primaries, id)
}

async function updateSecondary(
  orm: Orm,
  faker: Faker,
  { secondaries }: Living,
): Promise<Kind | undefined> {
  const id = any(faker, secondaries)
  if (id === undefined) return undefined
  const result = await orm
    .update(secondary)
    .set({
      name: faker.commerce.department(),
      active: faker.datatype.boolean(),
      updatedAt: clock(),
    })
    .where(eq(secondary.id, id))
  return settle(result.rowCount, 'updated', secondaries, id)
}

async function updateTertiary(
  orm: Orm,
  faker: Faker,
  { tertiaries }: Living,
): Promise<Kind | undefined> {
  const id = any(faker, tertiaries)
  if (id === undefined) return undefined
  const result = await orm
    .update(tertiary)
    .set({ opensAt: timeOfDay(faker), updatedAt: clock() })
    .where(eq(tertiary.id, id))
  return settle(result.rowCount, 'updated', tertiaries, id)
}

async function deletePrimary(
  orm: Orm,
  faker: Faker,
  { primaries }: Living,
): Promise<Kind | undefined> {
  const id = any(faker, primaries)
  if (id === undefined) return undefined
  await orm.delete(primary).where(eq(primary.id, id))
  remove(primaries, id)
  return 'deleted'
}

/** Deletes a secondary unless a primary belongs to it. */
async function deleteSecondary(
  orm: Orm,
  faker: Faker,
  { secondaries }: Living,
): Promise<Kind | undefined> {
  const id = any(faker, secondaries)
  if (id === undefined) return undefined
  const dependants = orm.select({ id: primary.id }).from(primary).where(eq(primary.secondaryId, id))
  const result = await orm.delete(secondary).where(and(eq(secondary.id, id), notExists(dependants)))
  if (result.rowCount !== 1) return undefined
  remove(secondaries, id)
  return 'deleted'
}

function settle<T>(rows: number | null, kind: Kind, among: T[], id: T): Kind | undefined {
  if (rows === 1) return kind
  remove(among, id)
  return undefined
}

function any<T>(faker: Faker, from: readonly T[]): T | undefined {
  return from.length === 0 ? undefined : faker.helpers.arrayElement(from)
}

/** Takes a value out; the last one takes its place, order does not matter here. */
function remove<T>(from: T[], value: T): void {
  const at = from.indexOf(value)
  const last = from.pop()
  if (at >= 0 && at < from.length && last !== undefined) from[at] = last
  else if (at < 0 && last !== undefined) from.push(last)
}
