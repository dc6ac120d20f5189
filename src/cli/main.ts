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
    // What a library has forgotten to close holds up nobody who waits for the end.
    setTimeout(() => process.exit(), FORGOTTEN_MS).unref()
  })
