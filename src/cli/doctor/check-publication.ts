import type { Client } from 'pg'
import type { Finding } from '../../dev-stack/machine/finding'

export interface PublicationCheckOptions {
  readonly publication: string
  /** `schema.table` of those that facts are made of. */
  readonly tables: readonly string[]
}

/** Chooses the remedy: the migration applies to the sample's database only. */
export type Advise = (otherwise: string) => string

interface Publication {
  /** The operations among INSERT, UPDATE, DELETE and TRUNCATE that it does not publish. */
  readonly silent: readonly string[]
}

interface Published {
  readonly name: string
  /** The same for a statement. */
  readonly quoted: string
  /** Rows that do not match it are not published. */
  readonly filter: string | null
}

/**
 * Whether the publication includes every change that facts are made of. PostgreSQL and the connector skip the others
 * silently.
 */
export async function checkPublication(
  client: Client,
  { publication, tables }: PublicationCheckOptions,
  advise: Advise,
): Promise<Finding> {
  const name = `postgres publication ${publication}`
  const found = await client.query<Publication>(
    `SELECT array_remove(ARRAY[CASE WHEN NOT pubinsert THEN 'INSERT' END, CASE WHEN NOT pubupdate THEN 'UPDATE' END,
       CASE WHEN NOT pubdelete THEN 'DELETE' END, CASE WHEN NOT pubtruncate THEN 'TRUNCATE' END], NULL) AS silent
     FROM pg_publication WHERE pubname = $1`,
    [publication],
  )
  const [itself] = found.rows
  if (itself === undefined) {
    const remedy = advise(
      `CREATE PUBLICATION ${publication} WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true); then capture the tables: docs/source-database.md.`,
    )
    return { name, status: 'fail', detail: 'does not exist', remedy }
  }
  const { rows } = await client.query<Published>(
    `SELECT schemaname || '.' || tablename AS name, rowfilter AS filter,
       quote_ident(schemaname) || '.' || quote_ident(tablename) AS quoted
     FROM pg_publication_tables WHERE pubname = $1 ORDER BY schemaname, tablename`,
    [publication],
  )
  if (rows.length === 0) {
    const remedy = advise('Capture the tables that facts are made of: docs/source-database.md.')
    return { name, status: 'fail', detail: 'contains no table', remedy }
  }
  if (itself.silent.length > 0) {
    return {
      name,
      status: 'fail',
      detail: `does not publish ${itself.silent.join(', ')}`,
      remedy: `ALTER PUBLICATION ${publication} SET (publish = 'insert, update, delete, truncate'); then, for the changes that were missed: facts resync --all.`,
    }
  }
  const filtered = rows.filter((row) => row.filter !== null && tables.includes(row.name))
  if (filtered.length > 0) {
    const detail = `omits rows of ${filtered.map((row) => `${row.name} unless ${row.filter ?? ''}`).join(', ')}`
    // SET TABLE would take the other tables out.
    const statements = filtered.flatMap(({ quoted }) =>
      ['DROP', 'ADD'].map((verb) => `ALTER PUBLICATION ${publication} ${verb} TABLE ${quoted};`),
    )
    const remedy = `If that is not intended: ${statements.join(' ')} then, for the rows that were missed: facts resync --all.`
    return { name, status: 'warn', detail, remedy }
  }
  return { name, status: 'ok', detail: rows.map((row) => row.name).join(', ') }
}
