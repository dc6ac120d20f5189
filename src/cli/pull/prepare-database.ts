import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { FactsError } from '../../errors'
import type { DatabaseModel } from '../../introspect/database-model'
import type { AppNames } from '../../pull/plan'
import { identifier } from '../../source/check-identity'
import { onSource } from '../../source/inspect-source'
import { textOf } from './app-folder'
import { requireYes } from './ask'
import { scramVerifier } from './scram'

export const PREPARE_SQL = 'sql/prepare.sql'

/** Password of the capture role that was made by `facts prepare`, in the application's folder; for its owner only, not committed. */
export const PASSWORD_FILE = 'cdc.password'

export interface PrepareOptions {
  /** The application's folder, in which the password is kept. */
  readonly folder: string
  readonly url: string
  readonly database: Pick<DatabaseModel, 'name' | 'server'>
  readonly names: AppNames
  /** The statements of PREPARE_SQL. */
  readonly sql: string
  /** Password to set, of the role that is there already or not. */
  readonly password?: string | undefined
  /** Whether to ask nothing. */
  readonly yes: boolean
  readonly say: (line: string) => void
}

/**
 * Prepares a database in one transaction, after asking. A role that it makes gets the password, or else a random one, which it keeps
 * in PASSWORD_FILE. Throws CONFIG_INVALID without consent, SOURCE_UNFIT with PostgreSQL's own words; nothing is changed then.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
  const { folder, url, database, names, sql, yes, say } = options
  const { name, server } = database
  await requireYes(
    `Create the role ${names.role}, the publication ${names.publication} and the table facts_heartbeat in ${name} at ${new URL(url).host}, as ${server.role.name}?`,
    yes,
  )
  const isNew = server.roles.every((role) => role.name !== names.role)
  const made = isNew && options.password === undefined ? randomBytes(18).toString('hex') : undefined
  const password = options.password ?? made
  if (made !== undefined) keepPassword(folder, made)
  try {
    await onSource(url, (client) => apply(client, sql, names.role, password))
  } catch (error) {
    if (made !== undefined) rmSync(join(folder, PASSWORD_FILE), { force: true })
    throw error
  }
  say(`${name} is prepared.`)
  if (made !== undefined) say(`The password of the role ${names.role} is in ${PASSWORD_FILE}.`)
  if (password === undefined && textOf(folder, PASSWORD_FILE) === undefined) {
    say(`The password of ${names.role} was left as it is: --password-file sets it.`)
  }
}

function keepPassword(folder: string, password: string): void {
  const file = join(folder, PASSWORD_FILE)
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** All of it or nothing. Throws SOURCE_UNFIT with PostgreSQL's own words. */
async function apply(
  client: Client,
  sql: string,
  role: string,
  password: string | undefined,
): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(sql)
    if (password !== undefined) {
      const verifier = client.escapeLiteral(scramVerifier(password))
      await client.query(`ALTER ROLE ${identifier(role)} PASSWORD ${verifier}`)
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    if (error instanceof FactsError) throw error
    throw new FactsError(
      'SOURCE_UNFIT',
      `PostgreSQL refused ${PREPARE_SQL}, and nothing was changed: ${(error as Error).message}. Run it as the owner of the tables who may create roles, or have an administrator create the role first.`,
      { cause: error },
    )
  }
}
