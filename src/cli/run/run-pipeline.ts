import cluster from 'node:cluster'
import { AggregatorRegistry } from 'prom-client'
import { streamApp } from '../../compose/pipeline'
import { factsTopology } from '../../compose/topology'
import type { AppConfig } from '../../app/app-config'
import { describeError } from '../../errors'
import { startHealthServer } from '../../health-server'
import { Metrics, createLogger } from '../../telemetry'
import { namedRefusal } from '../rights/demand-rights'
import { captureWatchOf } from './capture-watch-of'
import { stopSignal } from './stop-signal'

/** Exit codes: 0 stopped on request, 1 ended by an error that an operator has to fix, or not stopped in time. */
export async function runPipeline(config: AppConfig): Promise<number> {
  const worker = cluster.worker?.id
  const logger = createLogger({
    ...config.log,
    ...(worker === undefined ? {} : { bindings: { worker } }),
  })
  const metrics = new Metrics().withProcessMetrics()
  const topology = factsTopology(config)
  const { app, log } = streamApp({ config, topology, logger, metrics })
  const capture = captureWatchOf(log, { config, topology, logger, metrics })
  const ready = (): boolean => app.ready && capture.findings().length === 0
  const signal = stopSignal({
    waitingFor: () => app.waitingFor,
    say: (line) => logger.fatal(line),
  })
  const status = (): Readonly<Record<string, unknown>> => {
    const { state, partitions, opening, stalled } = app
    return { state, partitions, opening, stalled, capture: capture.findings() }
  }
  // Workers report through the primary, which sums their metrics; the constructor makes this process respond to it.
  if (worker !== undefined) {
    new AggregatorRegistry()
    AggregatorRegistry.setRegistries([metrics.registry])
  }
  const health =
    worker === undefined
      ? await startHealthServer({
          ...config.http,
          hosts: config.feed.hosts,
          metrics: () => metrics.registry.metrics(),
          ready,
          status,
        })
      : undefined
  if (health !== undefined) logger.info({ url: health.url }, 'Health and metrics')
  const reporting = setInterval(() => process.send?.({ ready: ready(), ...status() }), 500)
  let exitCode = 0
  try {
    await Promise.race([app.start(), signal.stopped])
    capture.start()
    const reason = await Promise.race([signal.stopped, app.failed])
    logger.info({ reason }, 'Stopping: no new batch, the current one is committed')
  } catch (error) {
    const named = await namedRefusal(config, 'pipeline', error)
    logger.fatal({ err: named }, describeError(named))
    exitCode = 1
  }
  signal.ending()
  capture.stop()
  const left = await app.stop()
  await log.close()
  await health?.close()
  clearInterval(reporting)
  signal.release()
  // process.disconnect() would be mistaken for the end of the primary, and exit with code 0.
  cluster.worker?.disconnect()
  logger.info('Stopped')
  return left.length === 0 ? exitCode : 1
}
