import type { Client } from 'pg'
import type { Finding } from '../../stack/finding'

export interface PublicationCheckOptions {
  readonly publication: string
  /** `schema.table` of those that facts are made of. */
  readonly tables: readonly string[]
}

interface Publication {
  /** What of INSERT, UPDATE, DELETE and TRUNCATE it leaves out. */
  readonly silent: readonly string[]
}

interface Published {
  readonly name: string
  /** Rows that do not fulfil it are left out. */
  readonly filter: string | null
}

const MIGRATE = 'Run the migration: npm run migrate.'

/**
 * Whether the publication tells of every change that facts are made of. PostgreSQL leaves out the others without a word, and
 * so does the connector.
 */
export async function checkPublication(
  client: Client,
  { publication, tables }: PublicationCheckOptions,
): Promise<Finding> {
  const name = `postgres publication ${publication}`
  const found = await client.query<Publication>(
    `SELECT array_remove(ARRAY[CASE WHEN NOT pubinsert THEN 'INSERT' END, CASE WHEN NOT pubupdate THEN 'UPDATE' END,
       CASE WHEN NOT pubdelete THEN 'DELETE' END, CASE WHEN NOT pubtruncate THEN 'TRUNCATE' END], NULL) AS silent
     FROM pg_publication WHERE pubname = $1`,
    [publication],
  )
  const [itself] = found.rows
  if (itself === undefined)
    return { name, status: 'warn', detail: 'does not exist', remedy: MIGRATE }
  const { rows } = await client.query<Published>(
    `SELECT schemaname || '.' || tablename AS name, rowfilter AS filter
     FROM pg_publication_tables WHERE pubname = $1 ORDER BY schemaname, tablename`,
    [publication],
  )
  if (rows.length === 0) return { name, status: 'fail', detail: 'holds no table', remedy: MIGRATE }
  const missing = tables.filter((table) => rows.every((row) => row.name !== table))
  if (missing.length > 0) {
    return {
      name,
      status: 'fail',
      detail: `lacks ${missing.join(', ')}, so their changes make no facts`,
      remedy: `ALTER PUBLICATION ${publication} ADD TABLE ${missing.join(', ')}; what was changed meanwhile: facts resync --snapshot, then --remove.`,
    }
  }
  if (itself.silent.length > 0) {
    return {
      name,
      status: 'fail',
      detail: `does not tell of ${itself.silent.join(', ')}`,
      remedy: `ALTER PUBLICATION ${publication} SET (publish = 'insert, update, delete, truncate'); what was missed meanwhile: facts resync --snapshot, then --remove.`,
    }
  }
  const filtered = rows.filter((row) => row.filter !== null && tables.includes(row.name))
  if (filtered.length > 0) {
    const detail = `leaves out rows of ${filtered.map((row) => `${row.name} unless ${row.filter ?? ''}`).join(', ')}`
    const remedy = 'When that is not meant: ALTER PUBLICATION ... SET TABLE without WHERE.'
    return { name, status: 'warn', detail, remedy }
  }
  return { name, status: 'ok', detail: rows.map((row) => row.name).join(', ') }
}
