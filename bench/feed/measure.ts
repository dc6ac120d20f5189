import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Quantiles } from '../measure/quantiles'
import { quantiles } from '../measure/quantiles'
import { until } from '../until'
import type { Deliveries } from './load/load-process'
import { LoadProcess } from './load/load-process'
import type { PagesOptions, PagesRead } from './load/read-pages'
import type { RunningFeed } from './servers/feed-server'
import type { ServerKind } from './servers/server'

export interface LatencyRun {
  readonly server: string
  readonly sessions: number
  readonly stalled: number
  readonly perSecond: number
  /** Milliseconds from the fact handed over to the server until a client has the block. */
  readonly hop: Quantiles
  /** From the commit acknowledged to the writer; NaN where there is no log. */
  readonly fromCommit: Quantiles
  /** Deliveries that were due. */
  readonly expected: number
  /** Seconds of the server's CPU for each delivery. */
  readonly serverCpu: number
  /** Resident memory of the server, before the streams and the most that it had in this run. */
  readonly residentBefore: number
  readonly residentPeak: number
  readonly lost: number
}

export interface LatencyOptions {
  readonly sessions: number
  readonly stalled: number
  readonly perSecond: number
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly folder: string
}

const DELIVERED_MS = 30_000
const SAMPLE_MS = 200

/** One round: starts the server, opens the streams, has facts come, and compares times. */
export async function latencyRun(kind: ServerKind, options: LatencyOptions): Promise<LatencyRun> {
  const { sessions, stalled, perSecond, seconds, warmUpSeconds, folder } = options
  const server = await kind.start()
  const residentBefore = residentBytes(server.pid)
  const expected = Math.round(perSecond * seconds) * (sessions - stalled)
  const most = Math.round(expected * 1.2)
  const { port, path } = server
  const load = await LoadProcess.open({ port, path, sessions, stalled, most }, folder)
  let residentPeak = 0
  const sampler = setInterval(() => {
    residentPeak = Math.max(residentPeak, residentBytes(server.pid))
  }, SAMPLE_MS)
  try {
    const warmUp = await server.emit(perSecond, warmUpSeconds)
    await delivered(load, warmUp.count * (sessions - stalled))
    await load.clear()
    const cpuBefore = cpuSeconds(server.pid)
    const written = await server.emit(perSecond, seconds)
    const deliveries = await delivered(load, expected)
    const serverCpu = (cpuSeconds(server.pid) - cpuBefore) / expected
    await load.close()
    clearInterval(sampler)
    const handed = await server.stop()
    const hop: number[] = []
    const fromCommit: number[] = []
    for (let index = 0; index < deliveries.pairs.length; index += 2) {
      const number = deliveries.pairs[index] ?? -1
      const at = deliveries.pairs[index + 1] ?? NaN
      hop.push((at - (handed.get(number) ?? NaN)) / 1_000)
      fromCommit.push((at - (written.committed[number - written.first] ?? NaN)) / 1_000)
    }
    return {
      server: kind.name,
      sessions,
      stalled,
      perSecond,
      expected,
      serverCpu,
      hop: quantiles(hop),
      fromCommit: quantiles(fromCommit),
      residentBefore,
      residentPeak,
      lost: deliveries.lost,
    }
  } finally {
    clearInterval(sampler)
  }
}

/** Waits for so many; fewer when they do not come. */
async function delivered(load: LoadProcess, expected: number): Promise<Deliveries> {
  const isDone = async (): Promise<boolean> => (await load.count()) >= expected
  await until('the deliveries', DELIVERED_MS, isDone, 250).catch(() => undefined)
  return load.deliveries()
}

export interface IdleRun {
  readonly server: string
  readonly sessions: number
  readonly residentBefore: number
  readonly residentAfter: number
}

/** Memory of streams that get nothing but heartbeats. */
export async function idleRun(
  kind: ServerKind,
  sessions: number,
  settleSeconds: number,
  folder: string,
): Promise<IdleRun> {
  const server = await kind.start()
  const residentBefore = residentBytes(server.pid)
  const { port, path } = server
  const load = await LoadProcess.open({ port, path, sessions, stalled: 0, most: 1 }, folder)
  await new Promise((resolve) => setTimeout(resolve, settleSeconds * 1_000))
  const residentAfter = residentBytes(server.pid)
  const { lost } = await load.deliveries()
  await load.close()
  await server.stop()
  if (lost > 0) throw new Error(`${lost} streams were closed.`)
  return { server: kind.name, sessions, residentBefore, residentAfter }
}

export interface PagesRun extends PagesRead {
  readonly serverCpu: number
}

/** The whole feed, by a client in a process of its own; and seconds of the server's CPU for it. */
export async function pagesRun(feed: RunningFeed, pageSize: number): Promise<PagesRun> {
  const before = cpuSeconds(feed.pid)
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--require',
    require.resolve('tsx/cjs'),
    join(__dirname, 'load', 'read-pages.ts'),
    JSON.stringify({ url: feed.url, pageSize } satisfies PagesOptions),
  ])
  const serverCpu = cpuSeconds(feed.pid) - before
  return { ...(JSON.parse(stdout) as PagesRead), serverCpu }
}

/** VmRSS. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+([0-9]+) kB/.exec(status)?.[1] ?? 0) * 1024
}

/** User and system time. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
