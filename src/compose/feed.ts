import { join } from 'node:path'
import type { AppConfig } from '../app/app-config'
import { factsHome } from '../config/config'
import { CursorKeeper } from '../feed/acknowledged/cursor-keeper'
import { CursorCodec } from '../feed/cursor/cursor'
import { FactDecoder } from '../feed/image/fact-decoder'
import { Feed } from '../feed/live/feed'
import { FeedFolder } from '../feed/store/feed-folder'
import { TokenVerifier } from '../feed/http/auth/token-verifier'
import type { FeedServer } from '../feed/http/feed-server'
import { startFeedServer } from '../feed/http/feed-server'
import type { FeedState } from '../feed/live/hub'
import { Hub } from '../feed/live/hub'
import { FactsError } from '../errors'
import { isLoopback } from '../served-hosts'
import { SchemaRegistry } from '../protobuf/registry/registry'
import type { FeedMetrics, Logger } from '../telemetry'
import { feedDefinitions } from './feed-definitions'
import { kafkaLog } from './kafka'
import { acknowledgedTopicSpec } from './topics'

export interface FeedParts {
  readonly config: AppConfig
  readonly logger: Logger
  readonly metrics: FeedMetrics
}

/** The feeds on one address, which hold requests while they are opened; `stop` closes the streams at their cursors first. */
export async function feedServer({ config, logger, metrics }: FeedParts): Promise<{
  readonly url: string
  /** Whether every feed is open, has read its topic to the end, and follows it. */
  readonly ready: () => boolean
  /** State of each feed, for operators. */
  readonly states: () => Readonly<Record<string, FeedState>>
  /** Resolves when a feed can no longer follow its topic. */
  readonly failed: Promise<FactsError>
  readonly stop: () => Promise<void>
}> {
  const { feed, registry } = config
  if (!feed.open && feed.auth === undefined && !isLoopback(feed.host)) {
    throw new FactsError(
      'CONFIG_INVALID',
      `feed.host is ${feed.host}, which other hosts can reach, and the feed is unauthenticated. Set feed.auth to require tokens, or put an authenticating proxy in front of it and set feed.open: true (FACTS_FEED_OPEN=true), or listen on 127.0.0.1.`,
    )
  }
  const auth = feed.auth && new TokenVerifier(feed.auth, logger)
  const dir = feed.dir ?? join(factsHome(), 'feed')
  const log = kafkaLog(config, logger)
  const own = new FeedFolder({ path: dir, secret: feed.secret, logger })
  const cursors = new CursorCodec(own.secret, { sealed: auth !== undefined })
  const { name: topic } = acknowledgedTopicSpec(config)
  const transactionalId = `${topic}.${own.serverId}`
  const acknowledged = new CursorKeeper({ log, topic, transactionalId, logger })
  const store = new SchemaRegistry(registry)
  const { schemas } = config.app
  const hubs = feedDefinitions(config).map((definition) => {
    const decoder = new FactDecoder(definition.type, schemas, store)
    const folder = join(dir, definition.name)
    return new Hub({ definition, log, folder, decoder, logger, metrics, pollMs: 2_000 })
  })
  const stopHubs = async (): Promise<void> => {
    own.close()
    await Promise.all([acknowledged.stop(), ...hubs.map((hub) => hub.stop())])
    await log.close()
  }
  for (const hub of hubs) hub.start()
  acknowledged.start()
  let server: FeedServer
  try {
    server = await startFeedServer({
      ...feed,
      auth,
      acknowledged,
      feeds: hubs.map((hub) => new Feed(hub, schemas, cursors)),
      sessions: {
        total: feed.maxSessions,
        perAddress: feed.maxSessionsPerAddress,
        perConsumer: feed.maxSessionsPerConsumer,
      },
      bufferBytes: 256 * 1024,
      logger,
      metrics,
    })
  } catch (error) {
    await stopHubs()
    throw error
  }
  return {
    url: server.url,
    ready: () => hubs.every((hub) => hub.isReady),
    states: () => Object.fromEntries(hubs.map((hub) => [hub.options.definition.name, hub.state])),
    failed: Promise.race(hubs.map((hub) => hub.failed)),
    stop: async () => {
      await server.close()
      await stopHubs()
    },
  }
}
