import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../src/fact/declare/define-fact'
import { CursorKeeper } from '../../src/feed/acknowledged/cursor-keeper'
import { CursorCodec } from '../../src/feed/cursor/cursor'
import { FactDecoder } from '../../src/feed/image/fact-decoder'
import { Feed } from '../../src/feed/live/feed'
import { startFeedServer } from '../../src/feed/http/feed-server'
import { Hub } from '../../src/feed/live/hub'
import { schemas } from '../../src/wildapp/gen/schemas'
import { FeedMetrics, createLogger } from '../../src/telemetry'
import type { Driver } from '../../src/testing/driver'
import { waitFor } from '../support/wait-for'

/** Feeds that are served at the same time. */
const GROUP = 10
const ACKNOWLEDGED = 'reality.feed-cursors'
const logger = createLogger({ level: 'silent', format: 'json' })

/** What a reader of pages gets. */
export interface SentEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** All events of each fact's feed, over HTTP, page by page; by the name of the fact. */
export async function pagesOf(
  driver: Driver,
  facts: readonly Fact[],
): Promise<ReadonlyMap<string, readonly SentEvent[]>> {
  const sent = new Map<string, readonly SentEvent[]>()
  const { log } = driver
  await log.admin.createTopics([
    { name: ACKNOWLEDGED, partitions: 1, replicationFactor: 1, config: {} },
  ])
  const acknowledged = new CursorKeeper({
    log,
    topic: ACKNOWLEDGED,
    transactionalId: 'feed-cursors',
    logger,
  })
  acknowledged.start()
  const folder = mkdtempSync(join(tmpdir(), 'facts-reality-'))
  try {
    for (let at = 0; at < facts.length; at += GROUP) {
      const group = facts.slice(at, at + GROUP)
      for (const [name, events] of await served(driver, group, { acknowledged, folder }))
        sent.set(name, events)
    }
  } finally {
    await acknowledged.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return sent
}

async function served(
  driver: Driver,
  facts: readonly Fact[],
  { acknowledged, folder }: { readonly acknowledged: CursorKeeper; readonly folder: string },
): Promise<readonly (readonly [name: string, events: readonly SentEvent[]])[]> {
  const metrics = new FeedMetrics()
  const hubs = facts.map(
    ({ name, to }) =>
      new Hub({
        definition: { name, topic: to.name, type: to.type, keyFields: ['id'], indexes: [] },
        decoder: new FactDecoder(to.type, schemas, driver.registered.store),
        log: driver.log,
        folder: join(folder, name),
        logger,
        metrics,
        pollMs: 20,
      }),
  )
  for (const hub of hubs) hub.start()
  const feeds = hubs.map((hub) => new Feed(hub, schemas, new CursorCodec(randomBytes(32))))
  const server = await startFeedServer({
    feeds,
    acknowledged,
    logger,
    metrics,
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    trustedProxies: [],
    sessions: { total: 100, perAddress: 100, perConsumer: 100 },
    heartbeatMs: 60_000,
    stallMs: 60_000,
    bufferBytes: 262_144,
    drainMs: 0,
  })
  try {
    await waitFor('the feeds', () => hubs.every((hub) => hub.isOpen && hub.isFollowing), 60_000)
    return await Promise.all(
      facts.map(async ({ name }) => [name, await pages(`${server.url}/feeds/${name}`)] as const),
    )
  } finally {
    await server.close()
    await Promise.all(hubs.map((hub) => hub.stop()))
  }
}

async function pages(address: string): Promise<readonly SentEvent[]> {
  const events: SentEvent[] = []
  let query = '?page_size=1000'
  for (;;) {
    const response = await fetch(address + query)
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
    const page = (await response.json()) as {
      readonly events: readonly SentEvent[]
      readonly cursor: string
      readonly has_next: boolean
    }
    events.push(...page.events)
    if (!page.has_next) return events
    query = `?page_size=1000&cursor=${page.cursor}`
  }
}
