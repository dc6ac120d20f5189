import { Command, InvalidArgumentError } from 'commander'
import { describeError } from '../errors'
import { stopSignal } from './run/stop-signal'
import { startEverything } from './start/start-everything'
import { stackReporter } from './stack-reporter'

interface StartFlags {
  readonly once?: boolean
  readonly fresh?: boolean
  readonly full?: boolean
  readonly topics?: boolean
  readonly yes?: boolean
  readonly number: number
}

const GIVEN = `
A part is given when the configuration sets database.url, kafka.brokers, connect.url or registry.url. A given database is neither migrated
nor seeded, and is prepared for its capture only after asking.`

/** `facts start`: the whole line on this machine, from a database to facts on the screen. */
export function startCommand(): Command {
  return new Command('start')
    .description(
      'Run the whole line on this machine, and show each change beside the fact it became. PostgreSQL, Kafka, Kafka Connect and the schema registry are started here, without Docker, but for those whose address the configuration gives.',
    )
    .option(
      '--once',
      'stop when the seeded rows have become facts; exit code 0 then, 1 with a reason otherwise',
    )
    .option('--fresh', 'start empty: remove the data of an earlier run')
    .option('--full', 'show whole rows and whole facts, with the header, in lines of any length')
    .option(
      '--topics',
      'make facts of topics that something else fills, in your Kafka: no PostgreSQL, no Kafka Connect',
    )
    .option('--yes', 'prepare a given database without asking, as "facts prepare --apply" does')
    .option(
      '--number <n>',
      'rows of each model to seed, where PostgreSQL is started here',
      count,
      10,
    )
    .addHelpText('after', GIVEN)
    .action(async ({ once, fresh, full, topics, yes, number }: StartFlags) => {
      // The services of the stack take longest; the guard ends those that remain.
      const signal = stopSignal({ deadlineMs: 14_500 })
      const reporter = stackReporter()
      try {
        process.exitCode = await startEverything({
          once: once === true,
          fresh: fresh === true,
          seed: number,
          full: full === true,
          topics: topics === true,
          yes: yes === true,
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
