import { Command, InvalidArgumentError } from 'commander'
import type { SoakReport } from './soak'
import { soak } from './soak'

/** `npm run soak -- --minutes 30`: the long form of the fault suite. */
async function main(): Promise<void> {
  const command = new Command('soak')
    .description(
      'Keeps changing rows while pipelines, Kafka Connect, the broker and PostgreSQL are killed at random, then compares every fact with what the database has committed. Exits 1 when they differ.',
    )
    .option('--minutes <n>', 'how long to break things', minutes, 10)
  const options = command.parse().opts<{ readonly minutes: number }>()
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const report = await soak({ seconds: options.minutes * 60, say })
  process.stdout.write(`${table(report)}\n`)
  const { violations } = report
  for (const [kind, examples] of Object.entries(violations) as [string, readonly string[]][]) {
    for (const example of examples.slice(0, 10)) say(`${kind}: ${example}`)
  }
  const isRight = Object.values(violations).every((list: readonly string[]) => list.length === 0)
  process.exitCode = isRight && report.javaIds === report.facts ? 0 : 1
}

function table(report: SoakReport): string {
  const { faults, violations } = report
  const kills = faults.pipeline + faults.connect + faults.kafka + faults.postgres
  const head =
    'minutes | kills (pipeline, connect, kafka, postgres) | zombies | changes | delivered again | facts | settled, s | lost | doubled | invented | out of order'
  const row = [
    ...[report.seconds / 60],
    `${kills} (${faults.pipeline}, ${faults.connect}, ${faults.kafka}, ${faults.postgres})`,
    ...[faults.zombie, report.changes, report.deliveredAgain, report.facts, report.settledSeconds],
    ...[violations.lost, violations.doubled, violations.invented, violations.disordered].map(
      (list) => list.length,
    ),
  ]
  return `${head}\n${row.join(' | ')}`
}

function minutes(value: string): number {
  const number = Number(value)
  if (number > 0 && number <= 10_000) return number
  throw new InvalidArgumentError('Expected minutes, above 0.')
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
