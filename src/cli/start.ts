import { Command, InvalidArgumentError } from 'commander'
import { describeError } from '../errors'
import { stopSignal } from './run/stop-signal'
import { startEverything } from './start/start-everything'
import { stackReporter } from './stack-reporter'

interface StartFlags {
  readonly once?: boolean
  readonly fresh?: boolean
  readonly full?: boolean
  readonly number: number
}

/** `facts start`: everything on this machine, from an empty database to facts on the screen. */
export function startCommand(): Command {
  return new Command('start')
    .description(
      'Run everything on this machine without Docker: start the stack, migrate, provision, register the connector, seed, run the pipeline, and show each change beside the fact it became.',
    )
    .option(
      '--once',
      'stop when the seeded rows have become facts; exit code 0 then, 1 with a reason otherwise',
    )
    .option('--fresh', 'start empty: remove the data of an earlier run')
    .option('--full', 'show whole rows and whole facts, with the header, in lines of any length')
    .option('--number <n>', 'rows of each model to seed', count, 10)
    .action(async ({ once, fresh, full, number }: StartFlags) => {
      // The services of the stack take longest; the guard ends those that remain.
      const signal = stopSignal({ deadlineMs: 14_500 })
      const reporter = stackReporter()
      try {
        process.exitCode = await startEverything({
          once: once === true,
          fresh: fresh === true,
          seed: number,
          full: full === true,
          stopped: signal.stopped,
          onStackEvent: reporter.onEvent,
          print: (line) => {
            reporter.close()
            process.stdout.write(`${line}\n`)
          },
        })
      } catch (error) {
        reporter.close()
        console.error(`Failed: ${describeError(error)}`)
        process.exitCode = 1
      } finally {
        signal.release()
      }
    })
}

function count(value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('Expected a whole number above 0.')
  return number
}
