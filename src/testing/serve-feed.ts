import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CursorKeeper } from '../feed/acknowledged/cursor-keeper'
import { CursorCodec } from '../feed/cursor/cursor'
import { FactDecoder } from '../feed/image/fact-decoder'
import { Feed } from '../feed/live/feed'
import { feedDefinition } from '../feed/ingest/feed-definition'
import { startFeedServer } from '../feed/http/feed-server'
import { Hub } from '../feed/live/hub'
import type { OutboxFields } from '../fact/declare/outbox-fields'
import { FeedMetrics, createLogger } from '../telemetry'
import type { Driver } from './driver'

export interface ServeFeedOptions {
  /** Name of the fact that is an outbox, which GET /events serves, and which of its fields are what of an event. */
  readonly outbox?: { readonly fact: string; readonly fields: OutboxFields }
}

export interface ServedFeed {
  /** http://127.0.0.1 and a port. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** What the cursors of consumers are kept in. */
const ACKNOWLEDGED = 'driven.feed-cursors'
const POLL_MS = 20
const HEARTBEAT_MS = 15_000
const STALL_MS = 60_000
const BUFFER_BYTES = 256 * 1024
const SESSIONS = { total: 1_000, perAddress: 1_000, perConsumer: 1_000 }

/**
 * Serves the facts of a driver over HTTP on a free port of 127.0.0.1, as `facts feed` does, without authentication. Cursors are good
 * for this server only. Stop it before the driver.
 */
export async function serveFeed(
  driver: Driver,
  { outbox }: ServeFeedOptions = {},
): Promise<ServedFeed> {
  const logger = createLogger({ level: 'silent', format: 'json' })
  const metrics = new FeedMetrics()
  const { log, registered } = driver
  const folder = mkdtempSync(join(tmpdir(), 'facts-feed-'))
  const topic = { name: ACKNOWLEDGED, partitions: 1, replicationFactor: 1, config: {} }
  await log.admin.createTopics([topic])
  const acknowledged = new CursorKeeper({
    log,
    topic: ACKNOWLEDGED,
    transactionalId: ACKNOWLEDGED,
    logger,
  })
  const hubs = driver.declared.map((fact) => {
    const fields = fact.name === outbox?.fact ? outbox.fields : undefined
    const definition = feedDefinition(fact, fields)
    const decoder = new FactDecoder(definition.type, registered.schemas, registered.store)
    const store = join(folder, fact.name)
    return new Hub({ definition, log, folder: store, decoder, logger, metrics, pollMs: POLL_MS })
  })
  const cursors = new CursorCodec(randomBytes(32))
  acknowledged.start()
  for (const hub of hubs) hub.start()
  const server = await startFeedServer({
    feeds: hubs.map((hub) => new Feed(hub, registered.schemas, cursors)),
    acknowledged,
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    trustedProxies: [],
    sessions: SESSIONS,
    heartbeatMs: HEARTBEAT_MS,
    stallMs: STALL_MS,
    bufferBytes: BUFFER_BYTES,
    drainMs: 0,
    logger,
    metrics,
  })
  return {
    url: server.url,
    stop: async () => {
      await server.close()
      await Promise.all([acknowledged.stop(), ...hubs.map((hub) => hub.stop())])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
