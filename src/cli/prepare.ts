import { Command } from 'commander'
import { loadConfig } from '../config/config'
import { FactsError } from '../errors'
import { namesOf } from '../pull/make-plan'
import { serverNotes } from '../pull/server-notes'
import { readLock, textOf } from './pull/app-folder'
import { PREPARE_SQL, prepareDatabase } from './pull/prepare-database'
import { readSource } from './pull/pull-app'

interface Flags {
  readonly from?: string
  readonly apply?: boolean
  readonly yes?: boolean
  readonly passwordFile?: string
}

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
      const sql = textOf(folder, PREPARE_SQL)
      if (sql === undefined) {
        throw new FactsError('CONFIG_INVALID', `${PREPARE_SQL} is missing. To write it: facts pull`)
      }
      const names = namesOf(app)
      const url = flags.from ?? loadConfig({ folder }).database.url
      const { name, server } = await readSource(url, app)
      const notes = serverNotes(server, names)
      for (const { what, remedy } of notes) console.log(`${name}: ${what}. ${remedy}`)
      if (flags.apply !== true) {
        if (notes.length === 0) console.log(`-- The server is ready. ${PREPARE_SQL}:`)
        console.log(sql)
        console.log(`-- To run it: facts prepare --apply`)
        return
      }
      const password =
        flags.passwordFile === undefined ? undefined : textOf('', flags.passwordFile)?.trim()
      if (flags.passwordFile !== undefined && password === undefined) {
        throw new FactsError('CONFIG_INVALID', `${flags.passwordFile} does not exist.`)
      }
      await prepareDatabase({
        folder,
        url,
        database: { name, server },
        names,
        sql,
        password,
        yes: flags.yes ?? false,
        say: console.log,
      })
    })
}
