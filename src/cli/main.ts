import { describeError } from '../errors'
import { factsCommand } from './facts-command'

const FORGOTTEN_MS = 2_000

factsCommand(process.argv[2])
  .parseAsync()
  .catch((error: unknown) => {
    console.error(describeError(error))
    process.exitCode = 1
  })
  .finally(() => {
    // A handle that a library has not closed must not delay the exit.
    setTimeout(() => process.exit(), FORGOTTEN_MS).unref()
  })
