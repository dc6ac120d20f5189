import { Command } from 'commander'
import { loadConfig } from '../config/config'
import { runMonolith } from './run/run-monolith'

/** A verb of the watched application: every argument is passed to it unchanged, `--help` included. */
export function monolithCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('[args...]', 'see --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: readonly string[]) => {
      process.exitCode = await runMonolith([name, ...args], loadConfig())
    })
}
