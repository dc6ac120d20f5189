import { Command, InvalidArgumentError } from 'commander'
import type { Violations } from './checker'
import { countKills, FAULT_NAMES, KILLS } from './fault-line'
import type { SoakReport } from './soak'
import { soak } from './soak'

interface Options {
  readonly minutes: number
  readonly kills: number
  readonly runs: number
  readonly brokers: 1 | 3
}

/** `npm run soak -- --minutes 30`: the long form of the fault suite. */
async function main(): Promise<void> {
  const command = new Command('soak')
    .description(
      'Keeps changing rows while pipelines, Kafka Connect, the brokers and PostgreSQL are killed at random, then compares every fact with what the database has committed. Exits 1 when they differ.',
    )
    .option('--minutes <n>', 'how long to break things in each run', positive, 10)
    .option('--kills <n>', 'continue beyond that until so many processes were killed', positive, 1)
    .option('--runs <n>', 'how many runs, each on new parts', positive, 1)
    .option('--brokers <n>', 'nodes of the Kafka cluster, 1 or 3', brokers, 3)
  const { runs, ...options } = command.parse().opts<Options>()
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const rows: string[] = []
  for (let run = 1; run <= runs; run += 1) {
    const report = await soak({ ...options, say })
    tell(report.violations, say)
    tell(report.violationsAfterwards, say)
    if (!isRight(report)) process.exitCode = 1
    rows.push(row(report))
    say([HEAD, ...rows].join('\n'))
  }
}

const HEAD = `brokers | minutes | kills (${KILLS.join(', ')}) | others | changes | second slot | delivered again | facts | by Java | lost | doubled | invented | out of order | restart: ready, flowing, s | longest stall, s | settled, s`

function row(report: SoakReport): string {
  const { faults, violations, restarts } = report
  const kills = KILLS.map((fault) => faults[fault])
  const others = FAULT_NAMES.filter((fault) => !KILLS.includes(fault))
  const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1)
  return [
    report.brokers,
    report.minutes,
    `${countKills(faults)} (${kills.join(', ')})`,
    others.map((fault) => `${faults[fault]} ${fault}`).join(', '),
    report.changes,
    report.secondSlot,
    report.deliveredAgain,
    report.facts,
    report.javaIds,
    ...[violations.lost, violations.doubled, violations.invented, violations.disordered].map(
      (list) => list.length,
    ),
    restarts
      .map(({ readyMs, flowingMs }) => `${seconds(readyMs)}, ${seconds(flowingMs)}`)
      .join('; '),
    seconds(report.longestStallMs),
    report.settledSeconds,
  ].join(' | ')
}

function isRight(report: SoakReport): boolean {
  const lists = [report.violations, report.violationsAfterwards].flatMap((found) =>
    Object.values(found as unknown as Record<string, readonly string[]>),
  )
  const { changes, secondSlot, facts, javaFacts, javaIds } = report
  const isSame = [secondSlot, facts, javaFacts, javaIds].every((count) => count === changes)
  return isSame && lists.every((list) => list.length === 0)
}

function tell(violations: Violations, say: (line: string) => void): void {
  for (const [kind, examples] of Object.entries(violations) as [string, readonly string[]][]) {
    for (const example of examples.slice(0, 10)) say(`${kind}: ${example}`)
  }
}

function positive(value: string): number {
  const number = Number(value)
  if (number > 0 && number <= 10_000) return number
  throw new InvalidArgumentError('Expected a number above 0.')
}

function brokers(value: string): 1 | 3 {
  if (value === '1') return 1
  if (value === '3') return 3
  throw new InvalidArgumentError('Expected 1 or 3.')
}

// What it started ends with it: pipelines by their own watch, the stack by its guard.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1))
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
