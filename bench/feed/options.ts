import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'

const PARTS = ['latency', 'stalled', 'idle', 'pages'] as const
export type FeedPart = (typeof PARTS)[number]

export interface FeedBenchOptions {
  readonly parts: ReadonlySet<FeedPart>
  readonly rounds: number
  /** Of each latency measurement, and before it. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Streams at once, and facts per second, of the latency. */
  readonly subscribers: number
  readonly perSecond: number
  /** Streams at once that get nothing. */
  readonly idle: number
  /** Seconds until their memory is looked at: two heartbeats and more. */
  readonly settleSeconds: number
  /** On the topic before anything is measured; what the pages are made of. */
  readonly facts: number
  readonly keys: number
  readonly stalled: {
    readonly sessions: number
    readonly stalled: number
    readonly perSecond: number
  }
  /** Folder of CPU profiles of the feed server, when wanted. */
  readonly profile: string | undefined
  readonly home: string
  readonly keep: boolean
  readonly publish: boolean
}

interface Flags {
  readonly quick?: boolean
  readonly only?: string
  readonly rounds?: string
  readonly seconds?: string
  readonly profile?: string
  readonly home?: string
  readonly publish: boolean
}

const FULL = {
  rounds: 5,
  seconds: 20,
  warmUpSeconds: 5,
  idle: 10_000,
  settleSeconds: 40,
  facts: 100_000,
  keys: 25_000,
}
const QUICK = {
  rounds: 1,
  seconds: 4,
  warmUpSeconds: 2,
  idle: 2_000,
  settleSeconds: 5,
  facts: 20_000,
  keys: 5_000,
}

export function feedBenchOptions(argv: readonly string[]): FeedBenchOptions {
  const command = new Command('bench:feed')
    .description(
      'Measures the feed server: latency to many streams, memory of idle ones, pages, stalled readers; writes bench/results and a section of docs/benchmarks.md. Takes about a quarter of an hour, and wants the machine for itself.',
    )
    .option('--quick', 'a smoke run: short, one round, nothing written')
    .option('--only <parts>', `some of ${PARTS.join(',')}; nothing written`)
    .option('--rounds <n>', `times that each is measured (default ${FULL.rounds})`)
    .option('--seconds <n>', `length of each latency measurement (default ${FULL.seconds})`)
    .option('--profile <folder>', 'write CPU profiles of the feed server there; nothing written')
    .option('--home <folder>', 'keep logs and data there')
    .option('--no-publish', 'print the results without writing them into the project')
  const flags = command.parse([...argv], { from: 'user' }).opts<Flags>()
  const usual = flags.quick === true ? QUICK : FULL
  const parts = (flags.only?.split(',') ?? PARTS).filter((part): part is FeedPart => {
    if (PARTS.some((known) => known === part)) return true
    return command.error(`--only: there is no part ${part}; see --help.`)
  })
  const isWhole = flags.quick !== true && flags.only === undefined && flags.profile === undefined
  return {
    ...usual,
    parts: new Set(parts),
    rounds: Number(flags.rounds ?? usual.rounds),
    seconds: Number(flags.seconds ?? usual.seconds),
    subscribers: 1_000,
    perSecond: 50,
    stalled: { sessions: 100, stalled: 10, perSecond: 500 },
    profile: flags.profile,
    home: flags.home ?? join(tmpdir(), `facts-bench-feed-${process.pid}`),
    keep: flags.home !== undefined,
    publish: flags.publish && isWhole,
  }
}
