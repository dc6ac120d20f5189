import { Command } from 'commander'
import type { Client } from 'pg'
import { loadConfig } from '../config/config'
import { FactsError } from '../errors'
import { namesOf } from '../pull/make-plan'
import { serverNotes } from '../pull/server-notes'
import { identifier } from '../source/check-identity'
import { onSource } from '../source/inspect-source'
import { readLock, textOf } from './pull/app-folder'
import { requireYes } from './pull/ask'
import { readSource } from './pull/pull-app'
import { scramVerifier } from './pull/scram'

interface Flags {
  readonly from?: string
  readonly apply?: boolean
  readonly yes?: boolean
  readonly passwordFile?: string
}

const SQL_FILE = 'sql/prepare.sql'

/** `facts prepare`: what the database of an application lacks for its capture, and the SQL; runs it when asked to. */
export function prepareCommand(): Command {
  return new Command('prepare')
    .description('Say what the database lacks for its capture, and print the SQL that prepares it')
    .option('--from <url>', 'the database; default: database.url of the configuration')
    .option('--apply', 'run the SQL, in one transaction, after asking')
    .option('--yes', 'run it without asking')
    .option('--password-file <path>', 'with --apply, file with the password of the capture role')
    .action(async (flags: Flags) => {
      const folder = process.cwd()
      const { app } = readLock(folder)
      const sql = textOf(folder, SQL_FILE)
      if (sql === undefined) {
        throw new FactsError('CONFIG_INVALID', `${SQL_FILE} is missing. To write it: facts pull`)
      }
      const names = namesOf(app)
      const url = flags.from ?? loadConfig({ folder }).database.url
      const { name, server } = await readSource(url, app)
      const notes = serverNotes(server, names)
      for (const { what, remedy } of notes) console.log(`${name}: ${what}. ${remedy}`)
      if (flags.apply !== true) {
        if (notes.length === 0) console.log(`-- The server is ready. ${SQL_FILE}:`)
        console.log(sql)
        console.log(`-- To run it: facts prepare --apply`)
        return
      }
      const password =
        flags.passwordFile === undefined ? undefined : textOf('', flags.passwordFile)?.trim()
      if (flags.passwordFile !== undefined && password === undefined) {
        throw new FactsError('CONFIG_INVALID', `${flags.passwordFile} does not exist.`)
      }
      await requireYes(
        `Create the role ${names.role}, the publication ${names.publication} and the table facts_heartbeat in ${name} at ${new URL(url).host}, as ${server.role.name}?`,
        flags.yes ?? false,
      )
      await onSource(url, (client) => apply(client, sql, names.role, password))
      console.log(`${name} is prepared.`)
      if (password === undefined) {
        console.log(`The password of ${names.role} was left as it is: --password-file sets it.`)
      }
    })
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
      `PostgreSQL refused ${SQL_FILE}, and nothing was changed: ${(error as Error).message}. Run it as the owner of the tables who may create roles, or have an administrator create the role first.`,
      { cause: error },
    )
  }
}
