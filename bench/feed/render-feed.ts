import { median } from '../measure/quantiles'
import type { Quantiles } from '../measure/quantiles'
import { table } from '../report/table'
import type { FeedResults } from './benchmark'
import { feedMethod } from './feed-method'
import type { LatencyRun } from './measure'

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** The section of docs/benchmarks.md: figures beside what was wanted, then how they were measured. */
export function renderFeed(results: FeedResults): string {
  const sections = [
    'Made by `npm run bench:feed`; do not edit this section. Medians of rounds; ratios tell, absolute figures are those of one machine.',
    caution(results),
    latency(results),
    idle(results),
    pages(results),
    stalled(results),
    feedMethod(results),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

/** Something else that uses the cores makes every figure worse. */
function caution({ machine: { loadBefore, cores } }: FeedResults): string {
  // The average of a minute still has some of what ended before.
  if (loadBefore < cores / 2) return ''
  return `**Not to be quoted:** other work used the machine (load average ${loadBefore.toFixed(1)} on ${cores} cores before the start), so these are bounds from the bad side; repeat it on a calm one.`
}

type Quantile = Exclude<keyof Quantiles, 'count'>
const at = (runs: readonly LatencyRun[], quantile: Quantile): number =>
  median(runs.map(({ hop }) => hop[quantile]))
const shown = (runs: readonly LatencyRun[]): readonly string[] =>
  (['p50', 'p95', 'p99', 'max'] as const).map((quantile) => at(runs, quantile).toFixed(2))
const unseen = (runs: readonly LatencyRun[]): string =>
  whole(runs.reduce((sum, { expected, hop }) => sum + expected - hop.count, 0))

function latency({ latency: runs }: FeedResults): string {
  const [first] = runs
  if (first === undefined) return ''
  const of = (name: string): readonly LatencyRun[] => runs.filter(({ server }) => server === name)
  const rows = [...new Set(runs.map(({ server }) => server))].map((name) => [
    name,
    ...shown(of(name)),
    `${(at(of(name), 'p99') / at(of(first.server), 'p99')).toFixed(2)}×`,
    (median(of(name).map(({ serverCpu }) => serverCpu)) * 1e6).toFixed(1),
    unseen(of(name)),
  ])
  const head = ['', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'p99 ratio', 'CPU µs each', 'not seen']
  const fromCommit = (['p50', 'p99'] as const).map((quantile) =>
    median(of(first.server).map((run) => run.fromCommit[quantile])).toFixed(1),
  )
  return `### One hop

${whole(first.sessions)} streams, ${first.perSecond} events/s, so ${whole(first.sessions * first.perSecond)} deliveries/s. Wanted: p50 ≤ 4 ms, p99 ≤ 25 ms.

${table(head, rows)}

From the acknowledged commit, through Kafka, to the client: p50 ${fromCommit[0] ?? ''} ms, p99 ${fromCommit[1] ?? ''} ms.`
}

function idle({ idle: runs }: FeedResults): string {
  const [first] = runs
  if (first === undefined) return ''
  const each = (run: FeedResults['idle'][number]): number =>
    (run.residentAfter - run.residentBefore) / run.sessions / 1_000
  const rows = runs.map((run) => [
    run.server,
    each(run).toFixed(1),
    `${(each(run) / each(first)).toFixed(2)}×`,
    whole(run.residentBefore / 1e6),
    whole(run.residentAfter / 1e6),
  ])
  return `### Idle streams

${whole(first.sessions)} in one process. Wanted: ≤ 60 kB each.

${table(['', 'kB each', 'ratio', 'RSS before, MB', 'RSS with them, MB'], rows)}`
}

function pages({ pages: runs }: FeedResults): string {
  const [first] = runs
  if (first === undefined) return ''
  const rates = runs.map(({ bytes, seconds }) => bytes / 1e6 / seconds)
  const forCpu = median(runs.map(({ bytes, serverCpu }) => bytes / 1e6 / serverCpu))
  return `### Pages

One client reads the whole feed: ${first.pages} pages, ${whole(first.bytes / 1e6)} MB of JSON. Wanted: ≥ 60 MB/s. Got **${median(rates).toFixed(1)} MB/s** (${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)}); ${forCpu.toFixed(1)} MB for each second of the server's CPU.`
}

function stalled({ stalled: runs }: FeedResults): string {
  const [first] = runs
  if (first === undefined) return ''
  const healthy = runs.filter((run) => run.stalled === 0)
  const some = runs.filter((run) => run.stalled > 0)
  const row = (name: string, of: readonly LatencyRun[]): readonly string[] => [
    name,
    ...shown(of),
    unseen(of),
    whole(median(of.map(({ residentPeak }) => residentPeak)) / 1e6),
  ]
  const count = some[0]?.stalled ?? 0
  const difference = at(some, 'p99') / at(healthy, 'p99') - 1
  return `### Stalled readers

${first.sessions} streams, ${first.perSecond} events/s. Wanted: memory bounded, the others' p99 within 20 %. Got ${(100 * difference).toFixed(0)} %.

${table(
  ['', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'not seen', 'peak RSS, MB'],
  [row('all take what comes', healthy), row(`${count} take nothing`, some)],
)}`
}
