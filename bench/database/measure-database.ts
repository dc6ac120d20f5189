import { join } from 'node:path'
import { Client } from 'pg'
import { startStack } from '../../src/dev-stack/start-stack'
import type { StackListener } from '../../src/dev-stack/service/stack-event'
import { Cluster } from '../cluster'
import { Random } from '../input/random'
import { FactObserver } from '../measure/fact-observer'
import type { Quantiles } from '../measure/quantiles'
import { quantiles } from '../measure/quantiles'
import { wallMicros } from '../measure/wall-clock'
import { runChild } from '../peers/child'
import type { Peer } from '../peers/peer'
import type { Progress } from '../progress'
import { until } from '../until'
import { INSERT_ROWS } from './bulk-rows'

export interface DatabaseOptions {
  readonly home: string
  /** The compiled command line. */
  readonly main: string
  readonly node: string
  readonly peer: Peer
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly rows: number
  readonly progress: Progress
  readonly onEvent: StackListener
  readonly signal: AbortSignal
}

/** From PostgreSQL's commit to the fact that a committed reader has. */
export interface DatabaseResult {
  readonly peer: string
  readonly perSecond: number
  /** Milliseconds. */
  readonly latency: Quantiles & { readonly expected: number }
  /** Rows inserted as fast as PostgreSQL takes them, a thousand in a transaction. */
  readonly rows: number
  /** Facts per second from the first insert until the last fact was visible. */
  readonly rowsPerSecond: number
}

const PER_SECOND = 60
const ROWS_PER_TRANSACTION = 1_000
const FACTS_DEADLINE = 5 * 60_000

/** Runs the whole line once, on a stack of its own. */
export async function measureDatabase(options: DatabaseOptions): Promise<DatabaseResult> {
  const { peer, progress, onEvent, signal } = options
  const home = join(options.home, 'database')
  progress.say('Starting PostgreSQL, Kafka, Connect with Debezium and the registry')
  const stack = await startStack({
    application: 'wildapp',
    home,
    fresh: true,
    tuning: 'throughput',
    onEvent,
    signal,
  })
  const { database, kafka, registry } = stack.endpoints
  if (database === undefined || kafka === undefined || registry === undefined)
    throw new Error('no stack')
  const cluster = new Cluster(kafka.brokers)
  try {
    await cluster.connect()
    for (const args of [
      ['migrate'],
      ['provision'],
      ['register-connector'],
      ['seed', '--number', '20'],
    ]) {
      await runChild({
        command: options.node,
        args: [options.main, ...args],
        env: { FACTS_HOME: home },
        log: join(options.home, `database-${args[0] ?? ''}.log`),
      })
    }
    const run = {
      endpoints: { kafka, registry },
      // That which `provision` has made the changelogs for.
      applicationId: 'wildapp',
      folder: options.home,
    }
    const child = peer.start(run)
    try {
      const measuring = measure(options, cluster, database.url)
      return await Promise.race([measuring, child.failed])
    } finally {
      await child.stop()
    }
  } finally {
    await cluster.close()
    await stack.stop()
  }
}

async function measure(
  options: DatabaseOptions,
  cluster: Cluster,
  url: string,
): Promise<DatabaseResult> {
  const { peer, rows, progress } = options
  await until(
    'the first facts',
    FACTS_DEADLINE,
    async () => (await cluster.visible(peer.outputs.facts)) > 0,
  )
  const observer = new FactObserver(cluster.client, peer.outputs.facts)
  await observer.start()
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const latency = await single(options, client, observer)
    const { p50, p95, p99 } = latency
    const figures = [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ')
    progress.done(`PostgreSQL to fact at ${PER_SECOND}/s`, `p50 / p95 / p99 = ${figures} ms`)
    const rowsPerSecond = await bulk(client, observer, rows)
    progress.done('PostgreSQL to fact, in bulk', `${Math.round(rowsPerSecond)} rows/s`)
    return { peer: peer.name, perSecond: PER_SECOND, latency, rows, rowsPerSecond }
  } finally {
    await client.end()
    await observer.stop()
  }
}

/** One row a transaction, at random moments. */
async function single(
  { seconds, warmUpSeconds }: DatabaseOptions,
  client: Client,
  observer: FactObserver,
): Promise<DatabaseResult['latency']> {
  const random = new Random(7)
  const from = wallMicros() + warmUpSeconds * 1e6
  const to = from + seconds * 1e6
  const start = wallMicros()
  let inserted = 0
  let expected = 0
  for (let due = wallMicros(); due < to;) {
    await new Promise((resolve) => setTimeout(resolve, (due - wallMicros()) / 1_000))
    const startedAt = wallMicros()
    await client.query(INSERT_ROWS, [1])
    inserted += 1
    if (startedAt >= from) expected += 1
    due += (-Math.log(1 - random.fraction()) / PER_SECOND) * 1e6
  }
  await until('the last facts', 15_000, () => observer.countSince(start) >= inserted)
  return { expected, ...quantiles(observer.latencies(from, Infinity)) }
}

async function bulk(client: Client, observer: FactObserver, rows: number): Promise<number> {
  const startedAt = wallMicros()
  for (let inserted = 0; inserted < rows; inserted += ROWS_PER_TRANSACTION) {
    await client.query(INSERT_ROWS, [Math.min(ROWS_PER_TRANSACTION, rows - inserted)])
  }
  await until('all facts', FACTS_DEADLINE, () => observer.countSince(startedAt) >= rows)
  const last = observer.seen.at(-1)?.seenAt ?? NaN
  return rows / ((last - startedAt) / 1e6)
}
