import { Command } from 'commander'
import { migrateCommand } from './migrate-command'
import { Problem } from './problem'
import { seedCommand } from './seed-command'

/** The watched application's own command line. Exit codes: 0 done, 1 an error, which the last line describes. */
const program = new Command('monolith')
  .description('The application whose tables are watched.')
  .addCommand(migrateCommand())
  .addCommand(seedCommand())

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(
    error instanceof Problem
      ? `${error.message}\n`
      : `Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 1
})
