import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { StackEndpoints } from '../../src/dev-stack/stack'
import { Cluster } from '../cluster'
import type { Machine } from '../machine'
import { buildPipeline } from '../peers/build-pipeline'
import { runChild } from '../peers/child'
import type { Progress } from '../progress'
import { FactWriter } from './fact-writer'
import type { IdleRun, LatencyRun, PagesRun } from './measure'
import { idleRun, latencyRun, pagesRun } from './measure'
import type { FeedBenchOptions } from './options'
import type { FeedServerKind } from './servers/feed-server'
import { feedServerKind } from './servers/feed-server'
import { peerServerKind } from './servers/peer-server'
import type { ServerKind } from './servers/server'

export const PAGE_SIZE = 16_000

/** What one run has measured, as it is kept in bench/results. */
export interface FeedResults {
  /** ISO 8601. */
  readonly measuredAt: string
  readonly machine: Machine
  readonly loadAfter: number
  readonly facts: number
  readonly keys: number
  /** Bytes of an event as a stream sends it. */
  readonly blockBytes: number
  readonly seconds: number
  readonly rounds: number
  readonly latency: readonly LatencyRun[]
  readonly stalled: readonly LatencyRun[]
  readonly idle: readonly IdleRun[]
  readonly pages: readonly PagesRun[]
}

export interface FeedBenchContext {
  readonly options: FeedBenchOptions
  readonly progress: Progress
  readonly kafka: NonNullable<StackEndpoints['kafka']>
  readonly registry: NonNullable<StackEndpoints['registry']>
}

export async function feedBenchmark({
  options,
  progress,
  kafka,
  registry,
}: FeedBenchContext): Promise<Omit<FeedResults, 'machine'>> {
  const { home, parts, rounds, seconds, warmUpSeconds } = options
  const { brokers } = kafka
  progress.say('Compiling')
  const main = await buildPipeline(home, progress)
  await runChild({
    command: process.execPath,
    args: [main, 'provision'],
    log: join(home, 'provision.log'),
    env: {
      FACTS_HOME: join(home, 'none'),
      FACTS_KAFKA_BROKERS: brokers.join(','),
      FACTS_REGISTRY_URL: registry.url,
    },
  })
  const cluster = new Cluster(brokers)
  await cluster.connect()
  const writer = await FactWriter.open(cluster, registry.url, options.keys)
  try {
    progress.say(`Writing ${options.facts.toLocaleString('en')} facts`)
    await writer.fill(options.facts)
    const { profile } = options
    const feed = feedServerKind({ main, home, brokers, registry: registry.url, writer, profile })
    const { block, pages } = await first(feed, rounds, parts.has('pages'), progress)
    const kinds: readonly ServerKind[] = [
      feed,
      peerServerKind('node:http', { kind: 'node', block }),
      peerServerKind('better-sse', { kind: 'better-sse', block }),
    ]
    const usual = { seconds, warmUpSeconds, folder: home }
    const latency: LatencyRun[] = []
    const stalled: LatencyRun[] = []
    const idle: IdleRun[] = []
    for (let round = 1; parts.has('latency') && round <= rounds; round += 1) {
      for (const kind of kinds) {
        const { subscribers: sessions, perSecond } = options
        const run = await latencyRun(kind, { ...usual, sessions, stalled: 0, perSecond })
        tell(progress, run)
        latency.push(run)
      }
    }
    for (let round = 1; parts.has('stalled') && round <= rounds; round += 1) {
      for (const count of [0, options.stalled.stalled]) {
        const { stalled: asked } = options
        const run = await latencyRun(feed, { ...usual, ...asked, stalled: count })
        tell(progress, run)
        stalled.push(run)
      }
    }
    for (const kind of parts.has('idle') ? kinds : []) {
      const run = await idleRun(kind, options.idle, options.settleSeconds, home)
      const each = (run.residentAfter - run.residentBefore) / run.sessions / 1_000
      progress.done(`${kind.name}, ${run.sessions} idle`, `${each.toFixed(1)} kB each`)
      idle.push(run)
    }
    return {
      measuredAt: new Date().toISOString(),
      facts: options.facts,
      keys: options.keys,
      blockBytes: block.length,
      seconds,
      rounds,
      latency,
      stalled,
      idle,
      pages,
      loadAfter: loadavg()[0] ?? NaN,
    }
  } finally {
    await writer.close()
    await cluster.close()
  }
}

/** The pages, and an event as streams send it. */
async function first(
  feed: FeedServerKind,
  rounds: number,
  wantsPages: boolean,
  progress: Progress,
): Promise<{ readonly block: string; readonly pages: readonly PagesRun[] }> {
  const server = await feed.start()
  const pages: PagesRun[] = []
  try {
    // One more: the first one warms up.
    for (let round = 0; wantsPages && round <= rounds; round += 1) {
      const read = await pagesRun(server, PAGE_SIZE)
      const rate = read.bytes / 1e6 / read.seconds
      progress.done(
        `${read.pages} pages, ${read.bytes} bytes`,
        `${rate.toFixed(1)} MB/s, ${(read.bytes / 1e6 / read.serverCpu).toFixed(1)} MB for a second of CPU`,
      )
      if (round > 0) pages.push(read)
    }
    const reader = (await fetch(`${server.url}/stream?start=earliest`)).body?.getReader()
    let text = ''
    while (text.split('\n\n').length < 4) {
      text += Buffer.from((await reader?.read())?.value ?? []).toString()
    }
    await reader?.cancel()
    return { block: `${text.split('\n\n')[2] ?? ''}\n\n`, pages }
  } finally {
    await server.stop()
  }
}

function tell(progress: Progress, run: LatencyRun): void {
  const { hop, fromCommit, sessions, stalled, expected, serverCpu, residentPeak } = run
  const text = ({ p50, p95, p99, max }: LatencyRun['hop']): string =>
    [p50, p95, p99, max].map((value) => value.toFixed(2)).join(' / ')
  const missing = expected - hop.count
  progress.done(
    `${run.server}, ${sessions} streams, ${stalled} stalled, ${run.perSecond}/s`,
    `hop ${text(hop)} ms, from commit ${text(fromCommit)}, CPU ${(serverCpu * 1e6).toFixed(1)} µs, RSS ${Math.round(residentPeak / 1e6)} MB${missing === 0 ? '' : `, ${missing} NOT SEEN`}`,
  )
}
