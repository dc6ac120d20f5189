import type { Client } from 'pg'
import type { CatalogColumn } from './plan-migration'

interface Found {
  readonly name: string
  readonly type: string
  readonly is_not_null: boolean
  readonly is_generated: boolean
}

/** The columns of a table as the catalog has them; none when there is no such table. Only reads. */
export async function catalogColumns(
  client: Client,
  schema: string,
  table: string,
): Promise<readonly CatalogColumn[]> {
  const { rows } = await client.query<Found>(
    `SELECT a.attname AS name, a.attnotnull AS is_not_null, a.attgenerated <> '' AS is_generated,
       CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite'
         WHEN 'd' THEN format_type(t.typbasetype, NULL) ELSE format_type(a.atttypid, NULL) END AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [schema, table],
  )
  return rows.map(({ name, type, is_not_null: isNotNull, is_generated: isGenerated }) => ({
    name,
    type,
    isNotNull,
    isGenerated,
  }))
}
