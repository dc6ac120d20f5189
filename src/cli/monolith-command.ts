import { Command } from 'commander'
import { loadConfig } from '../config/config'
import { runMonolith } from './run/run-monolith'

/** A verb that the watched application serves: every argument goes to it as it is, `--help` too. */
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
