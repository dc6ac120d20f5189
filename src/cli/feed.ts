import { Command } from 'commander'
import { feedServer } from '../compose/feed'
import { appConfig } from '../app/app-config'
import { describeError } from '../errors'
import { startHealthServer } from '../health-server'
import { FeedMetrics, createLogger } from '../telemetry'
import { demandRights, namedRefusal } from './rights/demand-rights'
import { stopSignal } from './run/stop-signal'

interface FeedFlags {
  readonly port?: string
  readonly healthPort?: string
}

/** `facts feed`: serves the facts over HTTP until a signal stops it. Exit code 1 when an operator has to fix something. */
export function feedCommand(): Command {
  return new Command('feed')
    .description(
      'Serve the facts over HTTP: pages, long poll and event streams that can be resumed at any event. Ctrl-C or SIGTERM closes the streams at their cursors and stops the server.',
    )
    .option('--port <port>', 'port of the feeds, 0 takes a free one (FACTS_FEED_PORT)')
    .option(
      '--health-port <port>',
      'port of /healthz, /readyz and /metrics, 0 takes a free one (FACTS_FEED_HEALTH_PORT)',
    )
    .action(async (flags: FeedFlags) => {
      process.exitCode = await run(flags)
    })
}

async function run({ port, healthPort }: FeedFlags): Promise<number> {
  const config = await appConfig({
    flags: {
      feed: {
        ...(port === undefined ? {} : { port }),
        ...(healthPort === undefined ? {} : { healthPort }),
      },
    },
  })
  const logger = createLogger(config.log)
  await demandRights(config, 'feed', { waits: true, say: (line) => logger.warn(line) })
  const metrics = new FeedMetrics().withProcessMetrics()
  const signal = stopSignal({ say: (line) => logger.fatal(line) })
  const feed = await feedServer({ config, logger, metrics })
  logger.info({ feed: feed.url }, 'Feeds')
  try {
    const health = await startHealthServer({
      host: config.http.host,
      port: config.feed.healthPort,
      hosts: config.feed.hosts,
      metrics: () => metrics.registry.metrics(),
      ready: feed.ready,
      status: () => ({ feeds: feed.states() }),
    })
    logger.info({ url: health.url }, 'Health and metrics')
    const outcome = await Promise.race([signal.stopped, feed.failed])
    signal.ending()
    await health.close()
    if (typeof outcome === 'string') {
      logger.info({ reason: outcome }, 'Stopping: the streams are closed at their cursors')
      return 0
    }
    const named = await namedRefusal(config, 'feed', outcome)
    logger.fatal({ err: named }, describeError(named))
    return 1
  } finally {
    await feed.stop()
    signal.release()
    logger.info('Stopped')
  }
}
