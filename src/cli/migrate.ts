import type { Command } from 'commander'
import { monolithCommand } from './monolith-command'

/** `facts migrate`: the watched application's migrations, on the configured database. */
export function migrateCommand(): Command {
  return monolithCommand(
    'migrate',
    "Create or update the watched application's tables and what capturing them needs",
  )
}
