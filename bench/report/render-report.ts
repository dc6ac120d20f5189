import { median } from '../measure/quantiles'
import { WITHOUT_STATE } from '../peers/peer'
import type { Results } from '../results'
import { methodOf } from './method'
import { table } from './table'

/** docs/benchmarks.md: ratios first, then figures, then what they were measured on and how. */
export function renderReport(results: Results): string {
  const { equality, database } = results
  const sections = [
    '# Benchmarks',
    'Made by `npm run bench`; do not edit. Ratios tell, absolute figures are those of one machine.',
    ratios(results),
    throughput(results),
    stateCost(results),
    latency(results),
    ...(database === undefined
      ? []
      : [
          '## PostgreSQL → fact',
          `From the commit in PostgreSQL, through Debezium and Kafka Connect, to a committed reader of the facts (${database.peer}): ` +
            `p50 / p95 / p99 = ${milliseconds(database.latency.p50)} / ${milliseconds(database.latency.p95)} / ${milliseconds(database.latency.p99)} ms ` +
            `at ${database.perSecond} rows/s (${database.latency.count} of ${database.latency.expected} rows seen).\n\n` +
            `In bulk, ${whole(database.rows)} rows inserted as fast as PostgreSQL takes them: ${whole(database.rowsPerSecond)} rows/s until the last fact was visible.`,
        ]),
    ...(equality === undefined
      ? []
      : [
          '## Same facts',
          equality.differences.length === 0
            ? `${whole(equality.compared)} facts and dead letters of ${whole(equality.keys)} keys, compared key by key and in order: partition, timestamp, value bytes and headers are the same.`
            : `**The peers differ:** ${equality.differences.join('; ')}`,
          `Of ${whole(equality.inputs)} inputs, ${whole(equality.tombstones)} are tombstones; pipeline and Kafka Streams made ` +
            `${equality.facts.map(whole).join(' and ')} facts and ${equality.deadLetters.map(whole).join(' and ')} dead letters.`,
        ]),
    methodOf(results),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

/** The runs of a peer, by its name, in the order of first appearance. */
function byPeer<T extends { readonly peer: string }>(runs: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const run of runs) groups.set(run.peer, [...(groups.get(run.peer) ?? []), run])
  return groups
}

/** The pipeline against each Kafka Streams with as many threads as it has workers. */
function ratios(results: Results): string {
  const speed = byPeer(results.throughput)
  const delay = byPeer(results.latency)
  const names = [...new Set([...speed.keys(), ...delay.keys()])]
  const rows = names
    .filter((peer) => !peer.startsWith('Kafka Streams') && !peer.endsWith(WITHOUT_STATE))
    .flatMap((peer) => {
      const parallelism = peer.includes('2 workers') ? '2 threads' : '1 thread'
      const others = names.filter((name) => name.startsWith(`Kafka Streams, ${parallelism}`))
      return others.map((other) => [peer, other] as const)
    })
    .map(([peer, other]) => {
      const of = <T>(runs: readonly T[] | undefined, figure: (run: T) => number): number =>
        median((runs ?? []).map(figure))
      const compare = <T extends { readonly peer: string }>(
        groups: ReadonlyMap<string, T[]>,
        figure: (run: T) => number,
      ): string => ratio(of(groups.get(peer), figure) / of(groups.get(other), figure))
      const p99 = (perSecond: number): string => {
        const runs = byPeer(results.latency.filter((run) => run.perSecond === perSecond))
        return compare(runs, (run) => run.p99)
      }
      return [
        peer,
        other,
        compare(speed, (run) => run.steadyPerSecond),
        compare(speed, (run) => run.totalPerSecond),
        compare(speed, (run) => run.steadyCpuMicros),
        compare(speed, (run) => run.peakBytes),
        p99(60),
        p99(1_000),
      ]
    })
  if (rows.length === 0) return ''
  const head = [
    'pipeline',
    'against',
    'facts/s',
    'with start',
    'CPU',
    'memory',
    'p99 at 60/s',
    'p99 at 1,000/s',
  ]
  return `## Ratios\n\nMedians, pipeline ÷ Kafka Streams. Facts/s: more is better; the others: less is better.\n\n${table(head, rows)}`
}

function throughput({ throughput: runs, rounds }: Results): string {
  if (runs.length === 0) return ''
  const rows = [...byPeer(runs)].map(([peer, of]) => {
    const mid = (figure: (run: (typeof of)[number]) => number): number => median(of.map(figure))
    const rates = of.map((run) => run.steadyPerSecond)
    return [
      peer,
      whole(mid((run) => run.steadyPerSecond)),
      `${whole(Math.min(...rates))} – ${whole(Math.max(...rates))}`,
      whole(mid((run) => run.totalPerSecond)),
      mid((run) => run.startSeconds).toFixed(1),
      mid((run) => run.steadyCpuMicros).toFixed(1),
      mid((run) => run.totalCpuMicros).toFixed(1),
      whole(mid((run) => run.peakBytes) / 1e6),
    ]
  })
  const head = ['', 'facts/s', 'range', 'with start', 'start, s', 'CPU µs', 'with start', 'peak MB']
  return `## Throughput\n\nMedians of ${rounds}.\n\n${table(head, rows)}`
}

/** The pipeline against itself without what it knows of rows. */
function stateCost({ throughput: runs }: Results): string {
  const peers = byPeer(runs)
  const rows = [...peers]
    .filter(([peer]) => peer.endsWith(WITHOUT_STATE))
    .map(([peer, off]) => {
      const name = peer.slice(0, -WITHOUT_STATE.length)
      const on = peers.get(name) ?? []
      const cost = (figure: (run: (typeof off)[number]) => number): string =>
        ratio(median(on.map(figure)) / median(off.map(figure)))
      return [
        name,
        cost((run) => run.steadyPerSecond),
        cost((run) => run.steadyCpuMicros),
        cost((run) => run.peakBytes),
      ]
    })
  if (rows.length === 0) return ''
  const text =
    'Medians, with state ÷ without: the last row of each key, kept in LMDB and in a changelog, against which repetitions are dropped and TOASTed values completed.'
  return `## State on against off\n\n${text}\n\n${table(['', 'facts/s', 'CPU', 'memory'], rows)}`
}

function latency({ latency: runs, rounds, latencySeconds }: Results): string {
  if (runs.length === 0) return ''
  const keyed = runs.map((run) => ({ ...run, peer: `${run.peer} · ${whole(run.perSecond)}/s` }))
  const rows = [...byPeer(keyed)].map(([peer, of]) => {
    const mid = (figure: (run: (typeof of)[number]) => number): string =>
      milliseconds(median(of.map(figure)))
    const lost = of.reduce((sum, run) => sum + run.expected - run.count, 0)
    return [
      peer,
      mid((run) => run.p50),
      mid((run) => run.p95),
      mid((run) => run.p99),
      mid((run) => run.max),
      whole(lost),
    ]
  })
  const head = ['', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'not seen']
  return `## Latency\n\nFrom the change handed to the producer until a committed reader has its fact; medians of ${rounds} × ${latencySeconds} s.\n\n${table(head, rows)}`
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const milliseconds = (value: number): string => value.toFixed(1)
const ratio = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)}×` : '–')
