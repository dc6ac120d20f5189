import { Command } from 'commander'
import type { AppCommand } from '../app/define-app'
import { appConfig } from '../app/app-config'
import { runAppCommand } from './run/run-app-command'

/** A verb that the application declares: every argument is passed to its program unchanged, `--help` included. */
export function appCommand(name: string, { description }: AppCommand): Command {
  return new Command(name)
    .description(description)
    .argument('[args...]', 'see --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: readonly string[]) => {
      process.exitCode = await runAppCommand([name, ...args], await appConfig())
    })
}
