import type { Client } from 'pg'
import { withDatabase } from './database'
import { ensureCaptureRole, setCapturePassword } from './capture-role'
import type { MigrationFile } from './migration-files'
import { migrationFiles } from './migration-files'
import { Problem } from './problem'
import type { Settings } from './settings'
import { isLocal, placeOf } from './settings'

export interface MigrateResult {
  /** Names of the files applied by this run; empty when the database was up to date. */
  readonly applied: readonly string[]
}

/** Key of the advisory lock that keeps two runs apart; any constant of this application will do. */
const LOCK = 718_202_611

/**
 * Brings the database up to date: each SQL file once, in order, each in its own transaction. Safe to run again and
 * concurrently. Throws Problem when the database cannot be captured, or has other migrations than these files.
 */
export async function migrate(
  settings: Settings,
  say: (line: string) => void,
): Promise<MigrateResult> {
  const admin = settings.adminDatabaseUrl
  if (admin !== undefined) await withDatabase(admin, ({ client }) => ensureCaptureRole(client))
  return withDatabase(settings.databaseUrl, async ({ client }) => {
    await requireLogicalWal(client, placeOf(settings.databaseUrl))
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    )
    const roleIsNew = !(await hasCaptureRole(client))
    const pending = await pendingFiles(client, migrationFiles())
    for (const file of pending) {
      await apply(client, file)
      say(`applied ${file.name}`)
    }
    await passwords(settings, client, roleIsNew, say)
    return { applied: pending.map((file) => file.name) }
  })
}

async function requireLogicalWal(client: Client, where: string): Promise<void> {
  const result = await client.query<{ readonly wal_level: string }>('SHOW wal_level')
  const level = result.rows[0]?.wal_level
  if (level === 'logical') return
  throw new Problem(
    `PostgreSQL at ${where} has wal_level=${level ?? '?'}, and changes can only be captured with wal_level=logical. ` +
      'As a superuser run ALTER SYSTEM SET wal_level = logical, restart PostgreSQL, and run this again.',
  )
}

async function hasCaptureRole(client: Client): Promise<boolean> {
  const result = await client.query("SELECT FROM pg_roles WHERE rolname = 'cdc'")
  return result.rowCount === 1
}

/** The files not applied yet, after checking that the applied ones are unchanged. */
async function pendingFiles(
  client: Client,
  files: readonly MigrationFile[],
): Promise<readonly MigrationFile[]> {
  const result = await client.query<{ readonly name: string; readonly checksum: string }>(
    'SELECT name, checksum FROM schema_migrations',
  )
  const applied = new Map(result.rows.map((row) => [row.name, row.checksum]))
  for (const { name, checksum } of files) {
    if (applied.has(name) && applied.get(name) !== checksum) {
      throw new Problem(
        `The migration ${name} was changed after it had been applied to this database. ` +
          'Restore the file and put the change into a new migration; an embedded stack can start empty with `npm start -- --fresh`.',
      )
    }
  }
  const known = new Set(files.map((file) => file.name))
  const unknown = [...applied.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Problem(
      `This database has migrations that this version does not know: ${unknown.join(', ')}. Use the newer version.`,
    )
  }
  return files.filter((file) => !applied.has(file.name))
}

async function apply(client: Client, file: MigrationFile): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(file.sql)
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [
      file.name,
      file.checksum,
    ])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw refusal(file.name, error)
  }
}

function refusal(name: string, error: unknown): unknown {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  if (code === undefined) return error
  if (code === '42501') {
    return new Problem(
      `The migration ${name} is not allowed: ${message}. Creating the role cdc needs a superuser, or CREATEROLE and ` +
        'REPLICATION: have an administrator run CREATE ROLE cdc LOGIN REPLICATION, or set ADMIN_DATABASE_URL.',
      { cause: error },
    )
  }
  return new Problem(`The migration ${name} failed and was rolled back: ${message} (${code}).`, {
    cause: error,
  })
}

/** A given password is always set, so that changing it is running `migrate` again; a new role needs one to log in. */
async function passwords(
  settings: Settings,
  client: Client,
  roleIsNew: boolean,
  say: (line: string) => void,
): Promise<void> {
  const { adminDatabaseUrl, cdcPassword, databaseUrl } = settings
  const set = async (password: string): Promise<void> => {
    if (adminDatabaseUrl === undefined) return setCapturePassword(client, password)
    await withDatabase(adminDatabaseUrl, (admin) => setCapturePassword(admin.client, password))
  }
  if (cdcPassword !== undefined) {
    await set(cdcPassword)
    say('set the password of the role cdc from CDC_PASSWORD')
  } else if (roleIsNew && isLocal(databaseUrl)) {
    await set('cdc')
    say(
      'set the password of the new role cdc to "cdc", which is acceptable only for a database on this machine',
    )
  } else if (roleIsNew) {
    say(
      'the role cdc has no password yet and cannot log in: set CDC_PASSWORD and run migrate again',
    )
  }
}
