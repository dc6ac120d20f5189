import type { Command } from 'commander'
import { monolithCommand } from './monolith-command'

/** `facts seed`: made-up rows, and changes with --churn, in the configured database. */
export function seedCommand(): Command {
  return monolithCommand(
    'seed',
    'Insert made-up rows; with --churn keep inserting, updating and deleting',
  )
}
