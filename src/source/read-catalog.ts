import type { Client } from 'pg'
import type { Catalog, CatalogColumn, CatalogTable, Publication } from './catalog'
import type { PostgresType } from './postgres-type'

export interface ReadCatalogOptions {
  readonly publication: string
  /** Role that the connector logs in with. */
  readonly role: string
  /** Selects tables, besides the published ones, whose columns are read. */
  readonly wanted?: (table: { readonly schema: string; readonly name: string }) => boolean
}

/** Reads pg_catalog only; in one transaction, so that the result is consistent. */
export async function readCatalog(client: Client, options: ReadCatalogOptions): Promise<Catalog> {
  return inSnapshot(client, () => catalogOf(client, options))
}

/** Runs queries that see one state of the database, and write nothing. PostgreSQL prints names with their schemas there. */
export async function inSnapshot<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await client.query("SET LOCAL search_path = ''")
    return await work()
  } finally {
    await client.query('COMMIT')
  }
}

/** The catalog as the current transaction sees it; to be called within `inSnapshot`. */
export async function catalogOf(client: Client, options: ReadCatalogOptions): Promise<Catalog> {
  const { publication: name, role, wanted = () => false } = options
  const version = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  )
  const publications = await client.query<Publication>(PUBLICATION, [name])
  const { rows } = await client.query<Omit<CatalogTable, 'columns'>>(TABLES, [name, role])
  const ids = rows.filter((row) => row.isPublished || wanted(row)).map(({ id }) => id)
  const columns = await client.query<CatalogColumn & { readonly table: string }>(COLUMNS, [ids])
  const types = await client.query<PostgresType>(TYPES, [ids])
  const columnsOf = new Map<string, CatalogColumn[]>()
  for (const { table, ...column } of columns.rows) {
    const known = columnsOf.get(table)
    if (known === undefined) columnsOf.set(table, [column])
    else known.push(column)
  }
  return {
    publication: publications.rows[0],
    tables: rows.map((row) => ({ ...row, columns: columnsOf.get(row.id) ?? [] })),
    types: new Map(types.rows.map((type) => [type.id, type])),
    serverVersion: version.rows[0]?.version ?? 0,
  }
}

/** Columns of the view that an older server lacks are null. */
const PUBLICATION = `
  SELECT pubname AS name,
    coalesce((to_jsonb(p) ->> 'pubviaroot')::boolean, false) AS "viaRoot",
    coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's' AS generated
  FROM pg_catalog.pg_publication p WHERE pubname = $1`

/** When the row of the catalog was written. */
const SINCE = (row: string): string =>
  `CASE WHEN current_setting('track_commit_timestamp') = 'on' THEN pg_xact_commit_timestamp(${row}.xmin) END`

const QUOTED = (table: string, schema: string): string =>
  `format('%I.%I', ${schema}.nspname, ${table}.relname)`

const TABLES = `
  WITH published AS (
    SELECT schemaname, tablename, to_jsonb(t) -> 'attnames' AS columns
    FROM pg_catalog.pg_publication_tables t WHERE pubname = $1
  ), capture AS (
    SELECT max(oid::bigint)::oid AS role, bool_or(rolbypassrls OR rolsuper) AS "seesAll"
    FROM pg_catalog.pg_roles WHERE rolname = $2
  )
  SELECT c.oid::text AS id, n.nspname::text AS schema, c.relname::text AS name, ${QUOTED('c', 'n')} AS quoted,
    c.relkind = 'p' AS "isPartitioned",
    (SELECT ${QUOTED('r', 'm')} FROM pg_class r JOIN pg_namespace m ON m.oid = r.relnamespace
     WHERE c.relispartition AND r.oid = pg_partition_root(c.oid)) AS root,
    ARRAY(SELECT ${QUOTED('h', 'm')} FROM pg_inherits i JOIN pg_class h ON h.oid = i.inhrelid
          JOIN pg_namespace m ON m.oid = h.relnamespace
          WHERE i.inhparent = c.oid AND NOT h.relispartition ORDER BY 1) AS heirs,
    CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' ELSE 'index' END AS identity,
    (SELECT r.relname::text FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
     WHERE i.indrelid = c.oid AND i.indisreplident LIMIT 1) AS "identityIndex",
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident AND i.indisprimary) AS "identityIsKey",
    (SELECT json_build_object('name', k.relname, 'isDeferrable', NOT i.indimmediate, 'columns',
       (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number WHERE u.place <= i.indnkeyatts))
     FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid
     WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
    has_schema_privilege(capture.role, n.oid, 'USAGE') AND (has_table_privilege(capture.role, c.oid, 'SELECT')
      OR NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     AND NOT has_column_privilege(capture.role, c.oid, a.attnum, 'SELECT'))) AS "isReadable",
    coalesce(c.relrowsecurity AND NOT capture."seesAll" AND (c.relforcerowsecurity
      OR NOT pg_has_role(capture.role, c.relowner, 'USAGE')), false)
      AND NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polcmd IN ('r', '*') AND y.polpermissive
        AND pg_get_expr(y.polqual, y.polrelid) = 'true' AND (0 = ANY (y.polroles) OR capture.role = ANY (y.polroles)))
      AS "hidesRows",
    published.tablename IS NOT NULL AS "isPublished",
    CASE WHEN jsonb_typeof(published.columns) = 'array'
      THEN ARRAY(SELECT jsonb_array_elements_text(published.columns)) END AS "publishedColumns",
    ARRAY(SELECT f.confrelid::text FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') AS "refersTo",
    ${SINCE('c')} AS since
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN capture
  LEFT JOIN published ON published.schemaname = n.nspname AND published.tablename = c.relname
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
    AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  ORDER BY n.nspname, c.relname`

const COLUMNS = `
  SELECT a.attrelid::text AS table, a.attname::text AS name, quote_ident(a.attname) AS quoted, a.atttypid::text AS type,
    a.atttypmod AS modifier, format_type(a.atttypid, a.atttypmod) AS written, a.attnotnull AS "isNotNull",
    CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' ELSE 'no' END AS generated, ${SINCE('a')} AS since
  FROM pg_attribute a WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`

/** The types of the columns, and their base and element types. */
const TYPES = `
  WITH RECURSIVE used (id) AS (
    SELECT atttypid FROM pg_attribute WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped
    UNION
    SELECT part FROM used JOIN pg_type t ON t.oid = used.id, LATERAL (VALUES (t.typbasetype), (t.typelem)) v (part)
    WHERE part <> 0
  )
  SELECT t.oid::text AS id, n.nspname::text AS schema, t.typname::text AS name, t.typtype::text AS kind,
    nullif(t.typbasetype, 0)::text AS base, t.typtypmod AS "baseModifier",
    CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' THEN nullif(t.typelem, 0)::text END AS element,
    regexp_replace(format_type(t.oid, NULL), '^.*\\.', '') AS written,
    t.typlen = -1 AND t.typstorage <> 'p' AS "isToastable"
  FROM used JOIN pg_type t ON t.oid = used.id JOIN pg_namespace n ON n.oid = t.typnamespace`
