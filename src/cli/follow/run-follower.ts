import { randomUUID } from 'node:crypto'
import type { Config } from '../../config/config'
import { childEnvironment } from '../../config/config'
import { FactsError, describeError } from '../../errors'
import { followFeed } from '../../client'
import { secretsIn } from '../../client/credentials'
import { startHealthServer } from '../../health-server'
import { FollowMetrics, createLogger } from '../../telemetry'
import { localAddress } from '../run/local-address'
import { stopSignal } from '../run/stop-signal'
import { commandEnvironment } from './command-environment'
import type { EventHandler } from './event-handler'
import { FollowerLog } from './follower-log'
import { positionAt } from './position-at'
import { IDEMPOTENCY_FIELD, postEvent } from './post-event'
import { printEvent } from './print-event'
import { runCommand } from './run-command'
import { TokenFile } from './token-file'

/** Default expiry of health records, milliseconds. */
const DAY_MS = 86_400_000
/** Default number of requests in flight to a webhook, whose latency may be high. */
const WEBHOOK_CONCURRENCY = 16
/** The reader has closed the pipe. */
const CLOSED = 'closed'

/** Exit codes: 0 stopped on request, at the head, or when the pipe was closed; 1 when an operator has to fix something. */
export async function runFollower(config: Config, feed: string): Promise<number> {
  const { name = feed, healthPort, expireMs, attempts, ...follow } = config.follow
  const { url = feedHere(config), webhook, tokenFile } = follow
  const secrets = [url, webhook, follow.position].flatMap((address) => secretsIn(address ?? ''))
  const logger = createLogger({ ...config.log, secrets })
  const metrics = new FollowMetrics().withProcessMetrics()
  const log = new FollowerLog(feed, logger, metrics)
  const position = positionAt(follow.position, name)
  const tokens = tokenFile === undefined ? undefined : new TokenFile(tokenFile)
  const stopping = new AbortController()
  const signal = stopSignal({ say: (line) => logger.fatal(line) })
  void signal.stopped.then((reason) => {
    logger.info({ reason }, 'Stopping after the events being handled')
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
      url,
      feed,
      where: follow.where,
      changesOn: follow.changesOn,
      select: selected(follow),
      shard: follow.shard,
      start: follow.start,
      until: follow.until,
      onExpired: follow.onExpired,
      expireMs: expireMs ?? (health === undefined ? undefined : DAY_MS),
      heartbeatMs: follow.heartbeatMs,
      attempts,
      position,
      signal: stopping.signal,
      concurrency: follow.concurrency ?? (webhook === undefined ? 1 : WEBHOOK_CONCURRENCY),
      headers: () => headersOf(follow, tokens),
      handle: handlerOf(follow, () => stopping.abort(CLOSED)),
      // A line that could not be written to a closed pipe is not a failure to report.
      onState: (state) => {
        if (stopping.signal.reason !== CLOSED) log.report(state)
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

function feedHere({ feed }: Config): string {
  if (feed.port !== 0) return localAddress(feed)
  throw new FactsError(
    'CONFIG_INVALID',
    'feed.port is 0, so only the feed server knows which port it took. Pass --url, or set follow.url / FACTS_FOLLOW_URL.',
  )
}

/** The last position could not be stored: the next run repeats events. */
const notKept = (feed: string, state: string): FactsError =>
  new FactsError(
    'POSITION_UNAVAILABLE',
    `No position in ${feed} is stored yet (${state}): the first response of the feed stores one. If this does not end, the log has the cause.`,
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
