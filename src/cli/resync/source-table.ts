import type { Client } from 'pg'
import { FactsError } from '../../errors'
import { HASHED, LONG } from '../../observe/resync/comparable-value'
import type { SelectedColumn, SourceTable } from '../../observe/resync/resync'
import type { Catalog, CatalogTable } from '../../source/catalog'
import { topicOf } from '../../source/catalog'
import type { Examined } from '../../source/capture-rules'
import { declaredNameOf } from '../../source/postgres-type'

/** Rows of the table that are fetched at a time. */
const FETCH = 2_000

/** Output formats that `comparison` expects. */
const SETTINGS = `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601';
  SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`

/**
 * The table that a topic is captured from, by the catalog: characters of its name that a topic cannot have are "_" there.
 * Throws SOURCE_UNFIT when there is none, or more than one.
 */
export function capturedTable({ catalog, capture }: Examined, topic: string): CatalogTable {
  const all = catalog.tables.filter((table) => topicOf(capture.topicPrefix, table) === topic)
  const published = all.filter(({ isPublished }) => isPublished)
  const found = published.length > 0 ? published : all
  const [table] = found
  if (table !== undefined && found.length === 1) return table
  const what =
    table === undefined
      ? 'The database has no table that is captured to it: correct database.url (FACTS_DATABASE_URL), or the topic in the declaration.'
      : `It could be any of ${found.map(({ quoted }) => quoted).join(', ')}: publish one of them only ("facts doctor" says how).`
  throw new FactsError('SOURCE_UNFIT', `${topic} cannot be compared with its table. ${what}`, {
    topic,
  })
}

/** Reads a table by its own name, in a transaction for each call of `rows`. */
export function sourceTable(
  client: Client,
  { schema, name, quoted, columns }: CatalogTable,
  { types }: Pick<Catalog, 'types'>,
  keyColumns: readonly string[],
): SourceTable {
  const key = keyColumns
    .map((column) => `${client.escapeLiteral(column)}, ${client.escapeIdentifier(column)}`)
    .join(', ')
  return {
    async position() {
      const { rows } = await client.query<Readonly<Record<'lsn' | 'now' | 'database', string>>>(
        `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::text AS lsn,
           (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS now,
           current_database() AS database`,
      )
      const { lsn = '0', now = '0', database = '' } = rows[0] ?? {}
      const names = { database, schema, table: name }
      return { lsn: BigInt(lsn), committedAt: BigInt(now), ...names }
    },
    typeOf(column) {
      const found = columns.find((one) => one.name === column)
      return found && declaredNameOf(types, found.type)
    },
    async *rows(selected) {
      const values = selected.map((column) => valueOf(client, column)).join(', ')
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      await client.query(SETTINGS)
      await client.query(
        `DECLARE resync NO SCROLL CURSOR FOR SELECT json_build_object(${key})::text AS key,
           ARRAY[${values}]::text[] AS values FROM ${quoted}`,
      )
      for (;;) {
        const { rows } = await client.query<{ key: string; values: (string | null)[] }>(
          `FETCH ${FETCH} FROM resync`,
        )
        if (rows.length === 0) break
        yield* rows
      }
      await client.query('COMMIT')
    },
  }
}

/** A value as its type's output function writes it, which a cast to text does not always do. */
function valueOf(client: Client, { name, mayBeHashed }: SelectedColumn): string {
  const column = client.escapeIdentifier(name)
  const text = `format('%s', ${column})`
  const utf8 = `convert_to(${text}, 'UTF8')`
  const hash = `WHEN octet_length(${utf8}) > ${LONG} THEN '${HASHED}' || encode(sha256(${utf8}), 'hex')`
  return `CASE WHEN ${column} IS NULL THEN NULL ${mayBeHashed ? hash : ''} ELSE ${text} END`
}
