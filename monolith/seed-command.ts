import { Command, InvalidArgumentError, Option } from 'commander'
import { withDatabase } from './database'
import type { ChurnCounts } from './seed/churn'
import { churn } from './seed/churn'
import { seedProgress } from './seed/progress'
import { seed } from './seed/seed'
import { readSettings } from './settings'

interface SeedFlags {
  readonly number: number
  readonly churn: boolean
  readonly rate: number
  readonly duration?: number
  readonly seed?: number
}

/** `seed`: rows of every model, then, with --churn, changes until a signal stops it. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('Insert made-up rows of each model; with --churn, keep changing rows.')
    .addOption(
      new Option('-n, --number <rows>', 'rows of each model to insert')
        .argParser(count)
        .default(10),
    )
    .option(
      '--churn',
      'then keep inserting, updating and deleting until Ctrl-C or --duration',
      false,
    )
    .addOption(
      new Option('--rate <changes>', 'row changes per second while churning')
        .argParser(positive)
        .default(10),
    )
    .addOption(
      new Option('--duration <seconds>', 'end the churn after this long').argParser(positive),
    )
    .addOption(
      new Option('--seed <number>', 'generate the same rows on an equal database').argParser(count),
    )
    .addHelpText(
      'after',
      `
Environment:
  DATABASE_URL  the database, default postgres://wildapp:wildapp@localhost:5432/wildapp

Examples:
  npm run seed -- --number=10
  npm run seed -- --number=0 --churn --rate=100 --duration=60`,
    )
    .action(run)
}

async function run(flags: SeedFlags): Promise<void> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // A parent process that has ended can no longer send a signal.
  process.on('disconnect', onSignal)
  process.channel?.unref()
  const settings = readSettings(process.env)
  await withDatabase(settings.databaseUrl, async (database) => {
    const began = performance.now()
    const progress = seedProgress(flags.number, process.stdout)
    const inserted = await seed(database, {
      number: flags.number,
      seed: flags.seed,
      signal: stop.signal,
      onProgress: progress.update,
    }).finally(progress.stop)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    say(
      `Seeded ${inserted.tertiary} tertiary, ${inserted.secondary} secondary and ${inserted.primary} primary rows and ${inserted.event} events in ${seconds} s.`,
    )
    if (!flags.churn || stop.signal.aborted) return
    const until = flags.duration === undefined ? 'until Ctrl-C' : `for ${flags.duration} s`
    say(`Churning at ${flags.rate} changes/s ${until}.`)
    const timer =
      flags.duration === undefined ? undefined : setTimeout(onSignal, flags.duration * 1000)
    const counts = await churn(database, {
      rate: flags.rate,
      seed: flags.seed,
      signal: stop.signal,
      onProgress: (soFar) => say(summary(soFar)),
    }).finally(() => clearTimeout(timer))
    say(`Done: ${summary(counts)}`)
  })
}

function summary(counts: ChurnCounts): string {
  const { inserted, updated, deleted, transactions, seconds } = counts
  const rate = (inserted + updated + deleted) / Math.max(seconds, 0.001)
  return `${inserted} inserted, ${updated} updated, ${deleted} deleted in ${transactions} transactions, ${rate.toFixed(1)} changes/s`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function count(value: string): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('Expected a whole number, 0 or more.')
  }
  return number
}

function positive(value: string): number {
  const number = Number(value)
  if (!(number > 0 && number <= 1_000_000)) {
    throw new InvalidArgumentError('Expected a number above 0.')
  }
  return number
}
