import { createInterface } from 'node:readline/promises'
import { withDatabase } from './database'
import { Problem } from './problem'
import { placeOf } from './settings'

/** Tables named in a question. */
const NAMED = 5

/**
 * Before the first migration of a database that holds other tables: asks on a terminal, and refuses without one. Throws
 * Problem when the answer is not yes.
 */
export async function requireConsent(databaseUrl: string, yes: boolean): Promise<void> {
  if (yes) return
  const tables = await foreignTables(databaseUrl)
  if (tables.length === 0) return
  const named = tables.slice(0, NAMED).join(', ') + (tables.length > NAMED ? ', ...' : '')
  const place = placeOf(databaseUrl)
  const what = `The database ${place} holds ${tables.length} other tables (${named}); migrate creates the sample application's tables beside them, a publication and a role.`
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Problem(
      `${what} Nothing was changed. When it is meant, run it again with --yes; otherwise correct DATABASE_URL (FACTS_DATABASE_URL). Your own tables are captured without it: docs/source-database.md.`,
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`${what} Go ahead? [y/N] `)
    if (/^y(es)?$/i.test(answer.trim())) return
  } finally {
    terminal.close()
  }
  throw new Problem('Nothing was changed.')
}

/** Tables of a database that this application has never migrated. */
async function foreignTables(databaseUrl: string): Promise<readonly string[]> {
  return withDatabase(databaseUrl, async ({ client }) => {
    const { rows } = await client.query<{ readonly name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
         AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1`,
    )
    if (!rows.some(({ name }) => name === 'public.schema_migrations')) {
      return rows.map(({ name }) => name)
    }
    // Other applications use a table of this name for their history, too.
    const ours = await client.query(
      `SELECT FROM public.schema_migrations m WHERE to_jsonb(m) ->> 'name' = '0001_models.sql'`,
    )
    return ours.rowCount === 0 ? rows.map(({ name }) => name) : []
  })
}
