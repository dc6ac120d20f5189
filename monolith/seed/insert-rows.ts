import { getTableColumns, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PgTable } from 'drizzle-orm/pg-core'

/**
 * Inserts many rows with one statement and returns their keys in order of insertion. The rows travel as one JSON
 * parameter: drizzle's `values` builds a parameter object per value, which takes longer than the database does.
 */
export async function insertRows<Id>(
  orm: Pick<NodePgDatabase, 'execute'>,
  table: PgTable,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Id[]> {
  const present = Object.keys(rows[0] ?? {})
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => present.includes(key))
  const records = rows.map((row) =>
    Object.fromEntries(columns.map(([key, column]) => [column.name, plain(row[key])])),
  )
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  const result = await orm.execute<{ readonly id: Id }>(
    sql`INSERT INTO ${table} (${names})
        SELECT ${names} FROM json_populate_recordset(NULL::${table}, ${JSON.stringify(records)})
        RETURNING id`,
  )
  return result.rows.map((row) => row.id)
}

/** As PostgreSQL reads it out of JSON: 64-bit integers as text, bytes in its hex form. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  return value
}
