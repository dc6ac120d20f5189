import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'

/** What is measured. */
const PARTS = ['throughput', 'equality', 'latency', 'database'] as const
/** What can be asked for besides: where the pipeline spends its time. */
const EXTRA = ['profile'] as const
export type Part = (typeof PARTS)[number] | (typeof EXTRA)[number]

export interface BenchOptions {
  /** Changes on the input topic. */
  readonly records: number
  readonly keys: number
  readonly secondaries: number
  readonly tertiaries: number
  readonly seed: number
  /** Times that each peer runs; medians are of these. */
  readonly rounds: number
  readonly parts: ReadonlySet<Part>
  readonly nodes: readonly number[]
  /** Seconds of each latency measurement, and before it. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Rows inserted at once into Postgres. */
  readonly rows: number
  /** Folder of the broker's data, of logs and builds. */
  readonly home: string
  readonly keep: boolean
  /** Whether the results are worth writing into the project. */
  readonly publish: boolean
}

interface Flags {
  readonly records?: string
  readonly rounds?: string
  readonly seconds?: string
  readonly quick?: boolean
  readonly only?: string
  readonly nodes: string
  readonly seed: string
  readonly home?: string
  readonly publish: boolean
}

const FULL = { records: 2_000_000, rounds: 3, seconds: 25, warmUpSeconds: 15, rows: 100_000 }
const QUICK = { records: 100_000, rounds: 1, seconds: 5, warmUpSeconds: 2, rows: 5_000 }
/** Changes of a row, on average. */
const CHANGES_PER_KEY = 4

export function benchOptions(argv: readonly string[]): BenchOptions {
  const command = new Command('bench')
    .description(
      'Measures the pipeline beside Kafka Streams on the same topic, alternating; writes bench/results and docs/benchmarks.md. Takes about an hour, and wants the machine for itself, with 12 GiB of memory.',
    )
    .option('--quick', `a smoke run: ${QUICK.records} changes, one round, nothing written`)
    .option('--records <n>', `changes on the input topic (default ${FULL.records})`)
    .option('--rounds <n>', `times that each peer runs (default ${FULL.rounds})`)
    .option('--seconds <n>', `length of each latency measurement (default ${FULL.seconds})`)
    .option('--only <parts>', `some of ${[...PARTS, ...EXTRA].join(',')}`)
    .option('--nodes <majors>', 'versions of Node to run the pipeline on', '20,24')
    .option('--seed <n>', 'another input', '1')
    .option('--home <folder>', 'keep broker and input there, and use what an earlier run kept')
    .option('--no-publish', 'print the results without writing them into the project')
  const flags = command.parse([...argv], { from: 'user' }).opts<Flags>()
  const usual = flags.quick === true ? QUICK : FULL
  const records = Number(flags.records ?? usual.records)
  const parts = (flags.only?.split(',') ?? PARTS).filter((part): part is Part => {
    if ([...PARTS, ...EXTRA].some((known) => known === part)) return true
    return command.error(`--only: there is no part ${part}; see --help.`)
  })
  return {
    ...usual,
    records,
    keys: Math.ceil(records / CHANGES_PER_KEY),
    secondaries: 1_000,
    tertiaries: 100,
    seed: Number(flags.seed),
    rounds: Number(flags.rounds ?? usual.rounds),
    seconds: Number(flags.seconds ?? usual.seconds),
    parts: new Set(parts),
    nodes: flags.nodes.split(',').map(Number),
    home: flags.home ?? join(tmpdir(), `facts-bench-${process.pid}`),
    keep: flags.home !== undefined,
    // A part of the results would take the place of all.
    publish: flags.publish && flags.quick !== true && flags.only === undefined,
  }
}
