import { Command } from 'commander'
import { requireConsent } from './consent'
import { migrate } from './migrate'
import { placeOf, readSettings } from './settings'

/** `migrate`: brings the database up to date; safe to run again. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Create or update the tables, the capture role, the publication and the heartbeat table.',
    )
    .addHelpText(
      'after',
      `
Environment:
  DATABASE_URL        the database as the owner of its tables, default postgres://wildapp:wildapp@localhost:5432/wildapp
  CDC_PASSWORD        password to give the role cdc; without it a new role gets "cdc" on a local database, none elsewhere
  ADMIN_DATABASE_URL  the same database as a role that may create roles, where the owner may not`,
    )
    .option('--yes', 'do not ask before the first migration of a database with other tables')
    .action(async ({ yes = false }: { readonly yes?: boolean }) => {
      const settings = readSettings(process.env)
      await requireConsent(settings.databaseUrl, yes)
      const say = (line: string): void => void process.stdout.write(`${line}\n`)
      const { applied } = await migrate(settings, say)
      const place = placeOf(settings.databaseUrl)
      say(
        applied.length === 0
          ? `The database ${place} is up to date.`
          : `The database ${place} is migrated (${applied.length} new).`,
      )
    })
}
