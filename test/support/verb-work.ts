import { join } from 'node:path'
import { migrate } from '../../monolith/migrate'
import {
  auditor,
  deadLetterQueue,
  factsTopology,
  feedServer,
  kafkaLog,
  provision,
  resyncing,
  streamApp,
  watcher,
} from '../../src/compose/app'
import { registerConnector } from '../../src/connector/register-connector'
import type { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { VerbWithRights } from '../../src/rights'
import type { SourceRow } from '../../src/observe/resync/resync'
import { FeedMetrics, Metrics, createLogger } from '../../src/telemetry'
import { debeziumRecord } from '../../src/testing/debezium'
import type { OutputRecord } from '../../src/topology/record'
import type { AclCluster } from './acl-cluster'
import { waitFor } from './wait-for'
import { withClient } from './with-client'

export const EVENTS = 'monolith.public.wildapp_event'
const [FACTS_OF_EVENTS, LETTERS] = ['wildapp.event.facts', 'wildapp.dead-letters']
const logger = createLogger({ level: 'silent', format: 'json' })

/** What each verb does on Kafka, done as the user who has what he is given; `open` is who may do everything. */
export class VerbWork {
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
      this.withQueue(async (queue) => expect((await queue.overview()).waiting).toHaveLength(1)),
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

  /** Two changes and a record that is none. */
  async writeInput(): Promise<void> {
    const records = [change(1), change(2), { ...change(3), value: Buffer.from('not JSON') }]
    const producer = await this.open.producer('acls')
    const transaction = await producer.begin()
    await transaction.send(records)
    await transaction.commit()
    await producer.close()
  }

  /** A feed server on a folder of its own; stop it. */
  feed(name: string): ReturnType<typeof feedServer> {
    const { config } = this.cluster
    return feedServer({
      config: { ...config, feed: { ...config.feed, port: 0, dir: join(this.folder, name) } },
      ...{ logger, metrics: new FeedMetrics() },
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

  /** Until there are facts and a dead letter. */
  private async runPipeline(): Promise<void> {
    const { config: configured } = this.cluster
    const stateDir = join(this.folder, 'state')
    const config = { ...configured, pipeline: { ...configured.pipeline, stateDir } }
    const topology = factsTopology(config)
    const { app, log } = streamApp({ config, topology, logger, metrics: new Metrics() })
    try {
      await app.start()
      const done = waitFor('facts and a dead letter', async () => {
        return (await this.end(FACTS_OF_EVENTS)) > 0n && (await this.end(LETTERS)) > 0n
      })
      expect(await Promise.race([done, app.failed])).toBe(true)
    } finally {
      await app.stop()
      await log.close()
    }
  }

  private async serveFeed(): Promise<void> {
    const feed = await this.feed('feed')
    try {
      await waitFor('the feed', feed.ready)
      const page = await fetch(`${feed.url}/feeds/wildapp.event?page_size=1`)
      const { cursor } = (await page.json()) as { readonly cursor: string }
      const kept = await fetch(`${feed.url}/consumers/me/cursor`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ feed: 'wildapp.event', cursor }),
      })
      expect([page.status, kept.ok]).toEqual([200, true])
    } finally {
      await feed.stop()
    }
  }

  private async watch(log: KafkaLog): Promise<void> {
    const lines: string[] = []
    const { config } = this.cluster
    const watching = watcher({ config, log, print: (line) => lines.push(line) })
    await watching.start('earliest')
    await waitFor('a line', () => lines.length > 0)
    await watching.stop()
  }

  private async audit(log: KafkaLog): Promise<void> {
    const { config } = this.cluster
    const auditing = auditor({ config, log, logger, onJudgement: () => undefined })
    await auditing.start('earliest')
    await auditing.finish()
    await auditing.stop()
  }

  /** The input is read as is done for a value that its dead letter does not hold. */
  private async show(queue: Queue): Promise<void> {
    const { partition, offset } = (await queue.waiting())[0]!.letters[0]!.record
    const range = { topic: EVENTS, partition, from: offset, to: offset + 1n }
    await this.withLog((log) => log.readRange(range, () => Promise.resolve(false)))
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
      expect(await waiting()).toBe(1)
      for (const part of parts) {
        const { absent } = await part.compare(source, () => undefined)
        if (remove) await part.remove(absent)
      }
    } finally {
      await close()
    }
  }

  private async capture(): Promise<void> {
    const { config } = this.cluster
    const databaseUrl = config.database.url
    const settings = { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined }
    await migrate(settings, () => undefined)
    await registerConnector({ config })
    const before = await this.end(EVENTS)
    await withClient(databaseUrl, (client) =>
      client.query(`INSERT INTO wildapp_event (type, payload) VALUES ('insert', '{}')`),
    )
    await waitFor('the change', async () => (await this.end(EVENTS)) > before, 60_000)
  }

  private async end(topic: string): Promise<bigint> {
    const offsets = [...(await this.open.admin.offsets(topic)).values()]
    return offsets.reduce((sum, { high }) => sum + high, 0n)
  }
}

type Queue = ReturnType<typeof deadLetterQueue>['queue']

function change(id: number): OutputRecord {
  const after = { id, type: 'insert', timestamp: '2026-01-02T03:04:05.000000Z', payload: '{}' }
  const record = debeziumRecord({
    ...{ topic: EVENTS, database: 'wildapp', op: 'c', key: { id }, before: null },
    after: { ...after, subscriber: null, patch_of: null },
    ...{ lsn: BigInt(id), transaction: { id: 7n, order: id } },
    committedAt: 1_767_323_045_000_000n,
  })
  return { ...record, partition: 0 }
}
