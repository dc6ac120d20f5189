import { z } from 'zod'
import { FactsError } from '../errors'

/** Name of the file, in the folder of the application. */
export const LOCK_FILE = 'facts.lock.json'

const FieldSchema = z.strictObject({
  number: z.int().min(2).max(536_870_911),
  name: z.string(),
  /** `column <name>`, or `join <column>` of a foreign key. */
  of: z.string(),
  /** What readers of the bytes depend on: `string`, `repeated int32`, `enum public.status`, `row of public.customer`. */
  type: z.string(),
})

const ColumnSchema = z.strictObject({
  /** It was, at one time, NULL, or lacking in records: it stays nullable for those. */
  nullable: z.boolean(),
  /** Code of its declaration, to say what changed. */
  declared: z.string(),
})

const TableSchema = z.strictObject({
  /** Lower-case words: the name of its package and of its files. */
  name: z.string(),
  /** Whether facts are made of it, or it is looked up only. */
  fact: z.boolean(),
  columns: z.record(z.string(), ColumnSchema),
  fields: z.array(FieldSchema),
  /** Fields that are gone, whose numbers and names are reserved. */
  gone: z.array(FieldSchema),
})

const EnumSchema = z.strictObject({
  name: z.string(),
  values: z.array(z.strictObject({ number: z.int().min(1), name: z.string(), label: z.string() })),
})

const LockSchema = z.strictObject({
  version: z.literal(1),
  /** Name of the application. */
  app: z.string(),
  /** Patterns of the tables that facts are made of. */
  tables: z.array(z.string()),
  /** Columns that are left out, and columns that are declared although their type may stop the connector. */
  without: z.array(z.string()),
  with: z.array(z.string()),
  /** By `schema.table`. */
  known: z.record(z.string(), TableSchema),
  /** By `schema.type`. */
  enums: z.record(z.string(), EnumSchema),
})

/** What names and numbers were given, and what was chosen: the memory of `facts pull`, committed with the application. */
export type Lock = Readonly<z.output<typeof LockSchema>>
export type LockedTable = Readonly<z.output<typeof TableSchema>>
export type LockedField = Readonly<z.output<typeof FieldSchema>>
export type LockedEnum = Readonly<z.output<typeof EnumSchema>>

export function emptyLock(app: string): Lock {
  return { version: 1, app, tables: [], without: [], with: [], known: {}, enums: {} }
}

/** Throws CONFIG_INVALID for a file that is not a lock. */
export function parseLock(text: string): Lock {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw invalid(`it is not JSON: ${(cause as Error).message}`, cause)
  }
  const result = LockSchema.safeParse(content)
  if (result.success) return result.data
  throw invalid(
    result.error.issues.map(({ path, message }) => `${path.join(' → ')}: ${message}`).join('; '),
  )
}

function invalid(what: string, cause?: unknown): FactsError {
  return new FactsError(
    'CONFIG_INVALID',
    `${LOCK_FILE} cannot be read: ${what}. It has the numbers of the published fields: restore it from version control.`,
    { cause },
  )
}

/** With its keys in one order, so that the same lock is the same text. */
export function lockText(lock: Lock): string {
  const sorted = {
    ...lock,
    known: Object.fromEntries(
      byName(lock.known).map(([name, table]) => [
        name,
        { ...table, columns: Object.fromEntries(byName(table.columns)) },
      ]),
    ),
    enums: Object.fromEntries(byName(lock.enums)),
  }
  return `${JSON.stringify(sorted, null, 2)}\n`
}

const byName = <T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
