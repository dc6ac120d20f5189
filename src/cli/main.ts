import type { AppCommand } from '../app/define-app'
import { loadApp } from '../app/load-app'
import { appFile, chooseAppFile } from '../config/app-file'
import { describeError } from '../errors'
import { appFileArgument } from './app-file-argument'
import { factsCommand, isVerb } from './facts-command'
import { endWithTheReader } from './run/closed-pipe'

const FORGOTTEN_MS = 2_000

async function main(given: readonly string[]): Promise<void> {
  const { path, args } = appFileArgument(given)
  if (path !== undefined) chooseAppFile(path)
  const [verb = '--help'] = args
  const commands = isVerb(verb) ? {} : await declaredCommands(verb)
  await factsCommand(verb, commands).parseAsync(args, { from: 'user' })
}

/** The verbs of the application. Help is printed also where there is none, or where it cannot be loaded. */
async function declaredCommands(verb: string): Promise<Readonly<Record<string, AppCommand>>> {
  if (appFile() === undefined) return {}
  try {
    return (await loadApp()).commands
  } catch (error) {
    if (!verb.startsWith('-')) throw error
    console.error(describeError(error))
    return {}
  }
}

endWithTheReader()
main(process.argv.slice(2))
  .catch((error: unknown) => {
    console.error(describeError(error))
    process.exitCode = 1
  })
  .finally(() => {
    // A handle that a library has not closed must not delay the exit.
    setTimeout(() => process.exit(), FORGOTTEN_MS).unref()
  })
