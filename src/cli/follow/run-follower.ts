import { randomUUID } from 'node:crypto'
import type { Config } from '../../config/config'
import { childEnvironment } from '../../config/config'
import { FactsError, describeError } from '../../errors'
import { followFeed } from '../../client'
import { secretsIn } from '../../client/credentials'
import { startHealthServer } from '../../health-server'
import { FollowMetrics, createLogger } from '../../telemetry'
import { stopSignal } from '../run/stop-signal'
import { commandEnvironment } from './command-environment'
import type { EventHandler } from './event-handler'
import { FollowerLog } from './follower-log'
import { positionAt } from './position-at'
import { IDEMPOTENCY_FIELD, postEvent } from './post-event'
import { printEvent } from './print-event'
import { runCommand } from './run-command'
import { TokenFile } from './token-file'

/** Of health records, as long as nobody says otherwise. */
const DAY_MS = 86_400_000
/** Requests in flight to a webhook, which need not be near. */
const WEBHOOK_CONCURRENCY = 16
/** The reader of the pipe has gone. */
const CLOSED = 'closed'

/** Exit codes: 0 stopped on request, at the head, or when nobody reads any more; 1 when a person has to fix something. */
export async function runFollower(config: Config, feed: string): Promise<number> {
  const { name = feed, healthPort, expireMs, attempts, ...follow } = config.follow
  const { url, webhook, tokenFile } = follow
  const secrets = [url, webhook, follow.position].flatMap((address) => secretsIn(address ?? ''))
  const logger = createLogger({ ...config.log, secrets })
  const metrics = new FollowMetrics().withProcessMetrics()
  const log = new FollowerLog(feed, logger, metrics)
  const position = positionAt(follow.position, name)
  const tokens = tokenFile === undefined ? undefined : new TokenFile(tokenFile)
  const stopping = new AbortController()
  const signal = stopSignal({ say: (line) => logger.fatal(line) })
  void signal.stopped.then((reason) => {
    logger.info({ reason }, 'Stopping after the event in hand')
    stopping.abort()
  })
  const health =
    healthPort === undefined
      ? undefined
      : await startHealthServer({
          host: config.http.host,
          port: healthPort,
          hosts: config.feed.hosts,
          metrics: () => metrics.registry.metrics(),
          ready: () => log.isFollowing,
          status: () => ({ state: log.state }),
          check: async () => {
            const { cursor, ...record } = await position.check({
              ping: randomUUID(),
              healthcheck_ts: new Date().toISOString(),
            })
            if (cursor === null) throw notKept(feed, log.state)
            return { follower: name, state: log.state, position: cursor, ...record }
          },
        })
  if (health !== undefined) logger.info({ url: health.url }, 'Health and metrics')
  try {
    await followFeed({
      ...{ url, feed, where: follow.where, changesOn: follow.changesOn },
      select: selected(follow),
      shard: follow.shard,
      ...{ start: follow.start, until: follow.until, onExpired: follow.onExpired },
      expireMs: expireMs ?? (health === undefined ? undefined : DAY_MS),
      ...{ heartbeatMs: follow.heartbeatMs, attempts, position, signal: stopping.signal },
      concurrency: follow.concurrency ?? (webhook === undefined ? 1 : WEBHOOK_CONCURRENCY),
      headers: () => headersOf(follow, tokens),
      handle: handlerOf(follow, () => stopping.abort(CLOSED)),
      // That its line could not be written any more is no failure to be told of.
      onState: (state) => {
        if (stopping.signal.reason !== CLOSED) log.tell(state)
      },
    })
    return 0
  } catch (error) {
    logger.fatal({ err: error }, describeError(error))
    return 1
  } finally {
    await health?.close()
    signal.release()
  }
}

/** If it were killed now, it would start from another position. */
const notKept = (feed: string, state: string): FactsError =>
  new FactsError(
    'POSITION_UNAVAILABLE',
    `No position in ${feed} is kept yet (${state}): that is done with the first answer of the feed. If it lasts, the log says why.`,
  )

type Settings = Config['follow']

function handlerOf(
  { exec, execEnv, webhook, webhookTimeoutMs }: Settings,
  onClosed: () => void,
): EventHandler {
  if (exec !== undefined) {
    return runCommand(exec, commandEnvironment(childEnvironment({}), execEnv))
  }
  if (webhook !== undefined) return postEvent(webhook, webhookTimeoutMs)
  return printEvent(process.stdout, onClosed)
}

function selected({ select, webhook }: Settings): readonly string[] | undefined {
  if (select === undefined || webhook === undefined) return select
  return select.includes('header') ? select : [...new Set([...select, IDEMPOTENCY_FIELD])]
}

async function headersOf(
  { consumer }: Settings,
  tokens: TokenFile | undefined,
): Promise<Record<string, string>> {
  const token = await tokens?.token()
  return {
    ...(consumer === undefined ? {} : { 'x-consumer-id': consumer }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
}
