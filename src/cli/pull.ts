import { Command } from 'commander'
import { pullApp, leftLines, readSource } from './pull/pull-app'
import type { PullResult } from './pull/pull-app'
import { readLock, writeChanges } from './pull/app-folder'
import { loadConfig } from '../config/config'

interface Flags {
  readonly table: readonly string[]
  readonly without: readonly string[]
  readonly with: readonly string[]
  readonly join: readonly string[]
  readonly from?: string
  readonly check?: boolean
  readonly dryRun?: boolean
}

/** An option that may be given several times. */
export const several = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
]

/** `facts pull`: brings an application's declarations, protos and facts up to its database. */
export function pullCommand(): Command {
  return new Command('pull')
    .description(
      "Bring the declarations, protos and facts of this application up to its database's tables",
    )
    .option('--table <pattern>', 'more tables to make facts of: "shop_*", "sales.*"', several, [])
    .option(
      '--without <name>',
      'leave out a table, column or foreign key: public.users.password',
      several,
      [],
    )
    .option(
      '--with <column>',
      'declare a column although its type may stop the connector',
      several,
      [],
    )
    .option(
      '--join <column>',
      'look up what a foreign key refers to, in a fact that exists',
      several,
      [],
    )
    .option('--from <url>', 'the database; default: database.url of the configuration')
    .option('--check', 'write nothing; exit 1 when something would be written')
    .option('--dry-run', 'write nothing; say what would be written')
    .action(async (flags: Flags) => {
      const folder = process.cwd()
      const before = readLock(folder)
      const without = [...before.without, ...flags.without].filter(
        (name) => !flags.with.includes(name) && !flags.join.includes(name),
      )
      const lock = {
        ...before,
        tables: [...new Set([...before.tables, ...flags.table])],
        without: [...new Set(without)],
        with: [...new Set([...before.with, ...flags.with])],
      }
      const url = flags.from ?? loadConfig({ folder }).database.url
      const database = await readSource(url, lock.app)
      const result = await pullApp(database, { folder, before, lock, join: flags.join })
      say(result)
      if (result.changes.length === 0) {
        console.log('Everything is current.')
        return
      }
      if (flags.check === true) {
        process.exitCode = 1
        console.log('The files are not those of the database. To write them: facts pull')
        return
      }
      if (flags.dryRun === true) {
        console.log('Nothing was written (--dry-run).')
        return
      }
      writeChanges(folder, result.changes)
      console.log('Then: facts prepare, npm test')
    })
}

/** Prints what a pull changes, what it leaves out, and what is left to do by hand. */
export function say({ plan, changes, said, todo }: PullResult): void {
  for (const line of said) console.log(line)
  for (const line of leftLines(plan)) console.log(`left out: ${line}`)
  for (const { path, what } of changes) console.log(`${what} ${path}`)
  for (const line of todo) console.log(`by hand: ${line}`)
}
