import type { Worker } from 'node:cluster'
import cluster from 'node:cluster'
import { availableParallelism, hostname } from 'node:os'
import { AggregatorRegistry } from 'prom-client'
import { kafkaAccess } from '../../compose/kafka'
import type { AppConfig } from '../../app/app-config'
import { startHealthServer } from '../../health-server'
import type { Logger } from '../../telemetry'
import { createLogger } from '../../telemetry'
import { endWorker } from './end-worker'
import { garbageCollection } from './garbage-collection'
import { stopSignal } from './stop-signal'

interface WorkerReport {
  readonly ready: boolean
  readonly state: string
  readonly partitions: readonly unknown[]
  readonly stalled?: readonly string[]
  readonly capture?: readonly string[]
}

/** A worker's own deadline is a second shorter. */
const KILL_MS = 14_000
const DEADLINE_MS = 14_800
/** Milliseconds before a killed worker is restarted. */
const RESTART_MS = 500

/**
 * Runs the pipeline in several processes of one consumer group. A worker that is killed is restarted; one that
 * ends with an error ends all, because the same error would stop the next owner of its partitions too.
 */
export async function runWorkers(config: AppConfig): Promise<number> {
  const logger = createLogger(config.log)
  // Errors in the files are reported once, not by each worker.
  kafkaAccess(config.kafka)
  const signal = stopSignal({
    deadlineMs: DEADLINE_MS,
    waitingFor: () => workers().map(({ id }) => `worker ${id}`),
    say: (line) => logger.fatal(line),
  })
  const registry = new AggregatorRegistry()
  const reports = new Map<number, WorkerReport & { readonly at: number }>()
  const names = new Map<number, string>()
  /** A worker whose event loop is blocked sends no report, so an old report counts as not ready. */
  const isReady = (report: (WorkerReport & { readonly at: number }) | undefined): boolean =>
    report?.ready === true && performance.now() - report.at < config.pipeline.stallMs
  const fork = (name: string | undefined): void => {
    const worker = cluster.fork(name === undefined ? {} : { FACTS_PIPELINE_INSTANCE_ID: name })
    if (name !== undefined) names.set(worker.id, name)
  }
  const workers = (): Worker[] =>
    Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  const health = await startHealthServer({
    ...config.http,
    hosts: config.feed.hosts,
    metrics: () => registry.clusterMetrics(),
    ready: () =>
      workers().length === config.pipeline.workers &&
      workers().every(({ id }) => isReady(reports.get(id))),
    status: () => ({ workers: workers().map(({ id }) => ({ worker: id, ...reports.get(id) })) }),
  })
  logger.info({ url: health.url, workers: config.pipeline.workers }, 'Health and metrics')
  const stopping = { asked: false }
  const failed = new Promise<number>((resolve) => {
    cluster.on('message', (worker, message: object) => {
      // Workers answer requests for metrics the same way.
      if (!('ready' in message)) return
      reports.set(worker.id, { ...(message as WorkerReport), at: performance.now() })
    })
    cluster.on('exit', (worker, code, killedBy) => {
      reports.delete(worker.id)
      if (stopping.asked) return
      // Without a signal this is null, contrary to the type.
      if (code !== 0 && worker.process.signalCode === null) resolve(code)
      else restart(logger, worker, killedBy, stopping, () => fork(names.get(worker.id)))
    })
  })
  const collection = garbageCollection(config.pipeline.workers, availableParallelism())
  cluster.setupPrimary({ execArgv: [...collection, ...process.execArgv] })
  // A restarted worker has the instance id of the killed one, and gets its partitions immediately.
  const base = config.pipeline.instanceId ?? `${hostname()}-${process.pid}`
  for (let i = 1; i <= config.pipeline.workers; i += 1) fork(`${base}-${i}`)
  const outcome = await Promise.race([signal.stopped, failed])
  stopping.asked = true
  signal.ending()
  const ended = await Promise.all(workers().map((worker) => endWorker(worker, KILL_MS, logger)))
  await health.close()
  signal.release()
  if (typeof outcome === 'number') return outcome
  return ended.every(Boolean) ? 0 : 1
}

function restart(
  logger: Logger,
  worker: Worker,
  killedBy: string,
  stopping: { readonly asked: boolean },
  fork: () => void,
): void {
  logger.warn({ worker: worker.id, killedBy }, 'A worker was killed and is being restarted')
  setTimeout(() => {
    if (!stopping.asked) fork()
  }, RESTART_MS)
}
