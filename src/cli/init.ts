import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { FactsError } from '../errors'
import { packageRoot } from '../package-root'
import { emptyLock, LOCK_FILE } from '../pull/lock'
import { namesOf } from '../pull/make-plan'
import { kebabName, snakeName } from '../pull/names'
import { refusalOf } from '../pull/capturable'
import { serverNotes } from '../pull/server-notes'
import type { ConnectorTemplate } from '../pull/render/connector'
import { projectFiles } from '../pull/render/project'
import { textOf, writeChanges } from './pull/app-folder'
import { chooseTables } from './pull/ask'
import { pullApp, readSource } from './pull/pull-app'
import { say, several } from './pull'

interface Flags {
  readonly from: string
  readonly name?: string
  readonly table: readonly string[]
  readonly without: readonly string[]
  readonly dependency?: string
}

/** `facts init`: a new application for the tables of a database. */
export function initCommand(): Command {
  return new Command('init')
    .description('Make an application of the tables of a database')
    .argument('[folder]', 'folder of the application; it is made', '.')
    .requiredOption('--from <url>', 'the database: postgres://user:password@host:port/database')
    .option('--name <name>', 'name of the application; default: that of the folder')
    .option(
      '--table <pattern>',
      'tables to make facts of: "shop_*", "sales.*"; default: asks',
      several,
      [],
    )
    .option('--without <name>', 'leave out a table, column or foreign key', several, [])
    .option('--dependency <version>', 'version of pgfacts in package.json; default: this one')
    .action(async (path: string, flags: Flags) => {
      const folder = resolve(path)
      if (textOf(folder, LOCK_FILE) !== undefined) {
        throw new FactsError(
          'CONFIG_INVALID',
          `${folder} is an application already. To bring it up to its database, run facts pull there.`,
        )
      }
      const name = kebabName(snakeName(flags.name ?? basename(folder)))
      const database = await readSource(flags.from, name)
      const possible = database.tables
        .filter(({ kind }) => kind !== 'partition')
        .filter((table) => refusalOf(table) === undefined)
        .map((table) => `${table.schema}.${table.name}`)
      const tables = flags.table.length > 0 ? flags.table : await chooseTables(possible)
      const before = emptyLock(name)
      const result = await pullApp(database, {
        folder,
        before,
        lock: { ...before, tables: [...tables], without: [...flags.without] },
        join: [],
        project: (plan) =>
          projectFiles(plan, {
            connector: sampleConnector(),
            dependency: flags.dependency ?? `^${version()}`,
          }),
      })
      writeChanges(folder, result.changes)
      writeAddress(folder, flags.from)
      say({ ...result, said: [...result.said], changes: [] })
      const notes = serverNotes(database.server, namesOf(name))
      for (const { what, remedy } of notes) console.log(`${database.name}: ${what}. ${remedy}`)
      const place = relative(process.cwd(), folder) || '.'
      console.log(
        `Wrote ${result.changes.length} files to ${place}. Next: cd ${place}, npm install, npx facts prepare, npx facts start`,
      )
    })
}

/** The address has a password: for its owner only, and not committed. */
function writeAddress(folder: string, url: string): void {
  if (textOf(folder, 'facts.yaml') !== undefined) return
  const file = join(folder, 'facts.yaml')
  writeFileSync(file, stringify({ database: { url } }), { mode: 0o600 })
  chmodSync(file, 0o600)
}

function sampleConnector(): ConnectorTemplate {
  const file = join(packageRoot(), 'connectors', 'monolith.json')
  return JSON.parse(readFileSync(file, 'utf8')) as ConnectorTemplate
}

function version(): string {
  const file = join(packageRoot(), 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
