import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '../../monolith/migrate'
import { auditor } from '../../src/compose/audit'
import { deadLetterQueue } from '../../src/compose/dead-letters'
import { feedServer } from '../../src/compose/feed'
import { kafkaLog } from '../../src/compose/kafka'
import { streamApp } from '../../src/compose/pipeline'
import { provision } from '../../src/compose/provision'
import { resyncing } from '../../src/compose/resync'
import { factsTopology } from '../../src/compose/topology'
import { watcher } from '../../src/compose/watch'
import { registerConnector } from '../../src/connector/register-connector'
import type { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { VerbWithRights } from '../../src/rights'
import { FactsError } from '../../src/errors'
import type { SourceRow } from '../../src/observe/resync/resync'
import type { Logger } from '../../src/telemetry'
import { FeedMetrics, Metrics, createLogger } from '../../src/telemetry'
import type { AclCluster } from './acl-cluster'
import { primaryRow } from './debezium-record'
import { change, eventRow, secondaryRow, tertiaryRow, UUID } from './verb-rows'
import { waitFor } from './wait-for'
import { withClient } from './with-client'

export const EVENTS = 'monolith.public.wildapp_event'
const PRIMARIES = 'monolith.public.wildapp_primary'
const SECONDARIES = 'monolith.public.wildapp_secondary'
const TERTIARIES = 'monolith.public.wildapp_tertiary'
const TRANSACTIONS = 'monolith.transaction'
const HEARTBEATS = '__debezium-heartbeat.monolith'
/** What the pipeline writes for the input below. */
const OUTPUTS = ['wildapp.primary.facts', 'wildapp.event.facts', 'wildapp.dead-letters']
const logger = createLogger({ level: 'silent', format: 'json' })

/**
 * What each verb does on Kafka, done as the user with the granted rights, and using every right of its table; `open` is a
 * user with all rights. A refusal of the broker is thrown.
 */
export class VerbWork {
  /** Of the last row written. */
  private last = 0

  constructor(
    private readonly cluster: AclCluster,
    private readonly open: KafkaLog,
    private readonly folder: string,
  ) {}

  readonly of: Readonly<Record<VerbWithRights, () => Promise<unknown>>> = {
    provision: () => provision(this.cluster.config, () => undefined),
    pipeline: () => this.runPipeline(),
    feed: () => this.serveFeed(),
    watch: () => this.withLog((log) => this.watch(log)),
    audit: () => this.withLog((log) => this.audit(log)),
    'dead-letters list': () =>
      this.withQueue(async (queue) => expect((await queue.overview()).waiting).not.toEqual([])),
    'dead-letters show --full': () => this.withQueue((queue) => this.show(queue)),
    'dead-letters replay': () =>
      this.withQueue(async (queue) => queue.replay((await queue.waiting())[0]!)),
    'dead-letters drop': () =>
      this.withQueue(async (queue) => queue.replay((await queue.waiting())[0]!, 'all')),
    resync: () => this.resync(false),
    'resync --remove': () => this.resync(true),
    'resync --all': () => this.resync(true),
    connect: () => this.capture(),
  }

  /**
   * New rows of both sources, a record that is none, and rows of the tables that are looked up: a start reads those to their end,
   * so that none of them is only followed.
   */
  async writeInput(): Promise<void> {
    const [event, primary, bad] = [(this.last += 1), (this.last += 1), (this.last += 1)]
    const records = [
      change(TERTIARIES, UUID, tertiaryRow),
      change(SECONDARIES, event, secondaryRow(event)),
      change(EVENTS, event, eventRow(event)),
      change(PRIMARIES, primary, primaryRow(primary)),
      { ...change(EVENTS, bad, {}), value: Buffer.from('not JSON') },
    ]
    const producer = await this.open.producer('acls')
    const transaction = await producer.begin()
    await transaction.send(records)
    await transaction.commit()
    await producer.close()
  }

  /** A feed server on a folder of its own; stop it. */
  feed(name: string, log: Logger = logger): ReturnType<typeof feedServer> {
    const { config } = this.cluster
    return feedServer({
      config: { ...config, feed: { ...config.feed, port: 0, dir: join(this.folder, name) } },
      logger: log,
      metrics: new FeedMetrics(),
    })
  }

  async withLog<T>(work: (log: KafkaLog) => Promise<T>): Promise<T> {
    const log = kafkaLog(this.cluster.config, logger)
    try {
      return await work(log)
    } finally {
      await log.close()
    }
  }

  /** Until the new input has become facts of both tables and a dead letter. */
  private async runPipeline(): Promise<void> {
    const { config: configured } = this.cluster
    const stateDir = join(this.folder, 'state')
    const config = { ...configured, pipeline: { ...configured.pipeline, stateDir } }
    const topology = factsTopology(config)
    const before = await Promise.all(OUTPUTS.map((topic) => this.end(topic)))
    await this.writeInput()
    const { app, log } = streamApp({ config, topology, logger, metrics: new Metrics() })
    let failure: unknown
    app.failed.catch((error: unknown) => (failure = error))
    try {
      await app.start()
      await waitFor('facts and a dead letter', async () => {
        if (failure !== undefined) throw failure as Error
        const now = await Promise.all(OUTPUTS.map((topic) => this.end(topic)))
        return now.every((end, index) => end > before[index]!)
      })
    } finally {
      await app.stop().catch(() => undefined)
      await log.close()
    }
  }

  private async serveFeed(): Promise<void> {
    const file = join(this.folder, 'feed.log')
    rmSync(file, { force: true })
    const feed = await this.feed('feed', createLogger({ level: 'warn', format: 'json', file }))
    let failure: unknown
    void feed.failed.then((error) => (failure = error))
    try {
      await waitFor('the feed', () => {
        if (failure !== undefined) throw failure as Error
        return feed.ready()
      })
      const page = await fetch(`${feed.url}/feeds/wildapp.event?page_size=1`)
      const { cursor } = (await page.json()) as { readonly cursor: string }
      const kept = await fetch(`${feed.url}/consumers/me/cursor`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ feed: 'wildapp.event', cursor }),
      })
      // A consumer gets an error that its cursor was not stored, and the log has the cause.
      const why = readFileSync(file, 'utf8')
      if (!kept.ok && why.includes('"code":"NOT_AUTHORIZED"')) {
        throw new FactsError('NOT_AUTHORIZED', why)
      }
      expect([page.status, kept.ok]).toEqual([200, true])
    } finally {
      await feed.stop()
    }
  }

  private async watch(log: KafkaLog): Promise<void> {
    const lines: string[] = []
    const { config } = this.cluster
    const watching = watcher({ config, log, print: (line) => lines.push(line) })
    let failure: unknown
    watching.failed.catch((error: unknown) => (failure = error))
    await watching.start('earliest')
    try {
      await waitFor('lines of every topic', () => {
        if (failure !== undefined) throw failure as Error
        return ['wildapp_event', 'wildapp_primary', 'dead'].every((name) =>
          lines.some((line) => line.includes(name)),
        )
      })
    } finally {
      await watching.stop()
    }
  }

  private async audit(log: KafkaLog): Promise<void> {
    const { config } = this.cluster
    const auditing = auditor({ config, log, logger, onJudgement: () => undefined })
    try {
      await auditing.start('earliest')
      await auditing.finish()
    } finally {
      await auditing.stop()
    }
  }

  /** The inputs are read as is done for a value that its dead letter does not hold. */
  private async show(queue: Queue): Promise<void> {
    expect(await queue.waiting()).not.toEqual([])
    await this.withLog(async (log) => {
      for (const topic of [EVENTS, PRIMARIES]) {
        const range = { topic, partition: 0, from: 0n, to: 1n }
        await log.readRange(range, () => Promise.resolve(false))
      }
    })
  }

  private async withQueue(work: (queue: Queue) => Promise<unknown>): Promise<void> {
    const { queue, close } = deadLetterQueue(this.cluster.config)
    try {
      await work(queue)
    } finally {
      await close()
    }
  }

  /** Against tables without rows. */
  private async resync(remove: boolean): Promise<void> {
    const { parts, waiting, close } = resyncing(this.cluster.config)
    const source = {
      position: () =>
        Promise.resolve({
          lsn: 9n,
          committedAt: 9n,
          database: 'wildapp',
          schema: 'public',
          table: 'wildapp_event',
        }),
      typeOf: () => undefined,
      async *rows(): AsyncIterable<SourceRow> {
        yield* await Promise.resolve<readonly SourceRow[]>([])
      },
    }
    try {
      expect(await waiting()).toBeGreaterThan(0)
      for (const part of parts) {
        const { absent } = await part.compare(source, () => undefined)
        if (remove) await part.remove(absent)
      }
    } finally {
      await close()
    }
  }

  /** Of topics the connector makes the two that the pipeline does not need, and writes to them; the worker keeps its positions. */
  private async capture(): Promise<void> {
    const { config } = this.cluster
    const databaseUrl = config.database.url
    const settings = { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined }
    await migrate(settings, () => undefined)
    await this.cluster.deleteTopic(TRANSACTIONS)
    const before = await this.end(EVENTS)
    await registerConnector({ config })
    await withClient(databaseUrl, (client) =>
      client.query(`INSERT INTO wildapp_event (type, payload) VALUES ('insert', '{}')`),
    )
    await waitFor('the change', async () => (await this.end(EVENTS)) > before, 60_000)
    for (const topic of [TRANSACTIONS, HEARTBEATS, 'facts-connect-offsets']) {
      const isWritten = (): Promise<boolean> =>
        this.end(topic).then(
          (end) => end > 0n,
          () => false,
        )
      await waitFor(`records in ${topic}`, isWritten, 60_000)
    }
  }

  private async end(topic: string): Promise<bigint> {
    const offsets = [...(await this.open.admin.offsets(topic)).values()]
    return offsets.reduce((sum, { high }) => sum + high, 0n)
  }
}

type Queue = ReturnType<typeof deadLetterQueue>['queue']
