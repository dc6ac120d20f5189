import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FactMessage } from '../../src/fact/declare/fact-topic'
import { CursorKeeper } from '../../src/feed/acknowledged/cursor-keeper'
import { CursorCodec } from '../../src/feed/cursor/cursor'
import { FactDecoder } from '../../src/feed/image/fact-decoder'
import { Feed } from '../../src/feed/live/feed'
import type { FeedDefinition } from '../../src/feed/ingest/feed-definition'
import type { FeedServer, FeedServerOptions } from '../../src/feed/http/feed-server'
import { startFeedServer } from '../../src/feed/http/feed-server'
import { Hub } from '../../src/feed/live/hub'
import { facts } from '../../src/gen/messages'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import type { Log } from '../../src/broker/ports'
import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import { FeedMetrics, createLogger } from '../../src/telemetry'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import { partitionFor } from '../../src/topology/partitioner'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import type { ProtobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { waitFor } from '../support/wait-for'
import type { FactForm } from './fact-form'
import type { SeenEvent } from './sse-client'
import { SseClient } from './sse-client'

const { Primary, Status } = wildapp.primary.v1
const { Kind } = facts.v1
type Primary = wildapp.primary.v1.Primary

export const TOPIC = 'wildapp.primary.facts'
export const FEED = 'primary'
export const ACKNOWLEDGED = 'wildapp.feed-cursors'
export const PAGES = `/feeds/${FEED}`
export const STREAM = `/feeds/${FEED}/stream`
const logger = createLogger({ level: 'silent', format: 'json' })

/** As provision makes the topics of facts, which take rows of 10 MB. */
const LARGE = { 'max.message.bytes': '16777216' }

export interface WrittenFact extends Partial<Omit<Primary, 'header'>> {
  readonly id: bigint
  readonly kind?: 'created' | 'updated' | 'deleted' | 'snapshot'
  /** Microseconds since 1970; counts up by itself. */
  readonly time?: bigint
}

export interface SeenPage {
  readonly events: readonly SeenEvent['data'][]
  readonly cursor: string
  readonly has_next: boolean
  readonly stats: { readonly read: number; readonly bytes: number; readonly events: number }
}

const PRIMARIES: FactForm = {
  feed: FEED,
  topic: TOPIC,
  table: 'wildapp_primary',
  fullName: 'wildapp.primary.v1.Primary',
  type: Primary,
  indexes: ['secondaryId', 'status'],
}

export interface WorldOptions {
  readonly form?: FactForm
  readonly partitions?: number
  readonly server?: Partial<FeedServerOptions>
  readonly log?: (log: MemoryLog) => Pick<Log, 'admin' | 'reader' | 'readRange'>
  /** What the acknowledged cursors are kept in. */
  readonly keeperLog?: (log: MemoryLog) => Pick<Log, 'reader' | 'producer'>
  readonly pollMs?: number
}

const FIRST_TIME = 1_795_000_000_000_000n

/** One feed on an in-memory log, with its server on a free port. */
export class FeedWorld {
  readonly broker = new MemoryBroker()
  readonly log = new MemoryLog(this.broker)
  readonly folder = mkdtempSync(join(tmpdir(), 'facts-feed-'))
  readonly metrics = new FeedMetrics()
  secret = randomBytes(32)
  hub!: Hub
  feed!: Feed
  url = ''
  private server: FeedServer | undefined
  private acknowledged: CursorKeeper | undefined
  private readonly store = new MemorySchemaStore()
  private readonly clients: SseClient[] = []
  private serde!: ProtobufSerde<FactMessage>
  private lsn = 100n

  private readonly form: FactForm

  private constructor(private readonly options: WorldOptions) {
    this.form = options.form ?? PRIMARIES
    this.broker.createTopic(this.form.topic, options.partitions ?? 3, LARGE)
    this.broker.createTopic(ACKNOWLEDGED, 1)
  }

  static async start(options: WorldOptions = {}): Promise<FeedWorld> {
    const world = new FeedWorld(options)
    await world.prepare()
    await world.open()
    return world
  }

  /** A server on the same store and log. */
  async open(): Promise<void> {
    const { options, store, metrics, log } = this
    const { feed: name, topic, type, outbox, indexes = [] } = this.form
    const definition: FeedDefinition = {
      name,
      topic,
      type,
      outbox,
      indexes,
      keyFields: ['id'],
    }
    const decoder = new FactDecoder(definition.type, schemas, store)
    this.hub = new Hub({
      definition,
      decoder,
      logger,
      metrics,
      folder: join(this.folder, 'store'),
      log: options.log?.(log) ?? log,
      pollMs: options.pollMs ?? 20,
    })
    this.hub.start()
    const transactionalId = 'feed-cursors'
    const keeperLog = options.keeperLog?.(log) ?? log
    const acknowledged = new CursorKeeper({
      log: keeperLog,
      topic: ACKNOWLEDGED,
      transactionalId,
      logger,
    })
    acknowledged.start()
    this.acknowledged = acknowledged
    const sealed = options.server?.auth !== undefined
    this.feed = new Feed(this.hub, schemas, new CursorCodec(this.secret, { sealed }))
    this.server = await this.serve(options.server)
    this.url = this.server.url
    await waitFor('the feed to be open', () => this.hub.isOpen && this.hub.isFollowing)
  }

  /** A server of the feed, which the caller closes; it may have several. */
  serve(options: Partial<FeedServerOptions> = {}): Promise<FeedServer> {
    const { feed, metrics, acknowledged } = this
    if (acknowledged === undefined) throw new Error('The world is not open.')
    return startFeedServer({
      feeds: [feed],
      host: '127.0.0.1',
      port: 0,
      corsOrigins: [],
      logger,
      metrics,
      acknowledged,
      trustedProxies: [],
      hosts: [],
      sessions: { total: 1_000, perAddress: 1_000, perConsumer: 100 },
      heartbeatMs: 60_000,
      stallMs: 60_000,
      bufferBytes: 262_144,
      drainMs: 0,
      ...options,
    })
  }

  private async prepare(): Promise<void> {
    const { topic, type, fullName: message } = this.form
    await ensureSchemas(schemas, [{ topic, message }], this.store)
    this.serde = protobufSerde({ topic, type, schemas, store: this.store })
    await this.serde.prepare()
  }

  /** Commits facts, as one transaction; each in the partition of its key. */
  async write(...written: readonly WrittenFact[]): Promise<void> {
    const producer = await this.log.producer('writer')
    const transaction = await producer.begin()
    await transaction.send(written.map((fact) => this.record(fact)))
    await transaction.commit()
  }

  /** Retention: of the id's partition so many offsets are no longer on the topic; resolves when the feed has seen it. */
  async trimmed(id: bigint, offsets: number): Promise<void> {
    const partition = partitionFor(Buffer.from(String(id)), this.options.partitions ?? 3)
    this.broker.partition(this.form.topic, partition).deleteBefore(offsets)
    await waitFor(
      'the feed to be trimmed',
      () => (this.hub.history.store.lowest()[partition]?.offset ?? 0n) > 0n,
    )
  }

  record({
    kind = 'updated',
    time,
    ...fields
  }: WrittenFact): Parameters<
    Awaited<ReturnType<Awaited<ReturnType<MemoryLog['producer']>>['begin']>>['send']
  >[0][number] {
    this.lsn += 1n
    const micros = time ?? FIRST_TIME + this.lsn * 1_000_000n
    const subject = String(fields.id)
    const header: facts.v1.Header = {
      id: `primary/${subject}@${this.lsn}`,
      subject,
      revision: this.lsn,
      unavailable: [],
      kind: KINDS[kind],
      time: { seconds: micros / 1_000_000n, nanos: Number(micros % 1_000_000n) * 1000 },
      source: {
        connector: 'monolith',
        database: 'wildapp',
        schema: 'public',
        table: this.form.table,
        lsn: this.lsn,
        transactionId: this.lsn,
        transactionOrder: 1n,
        snapshot: false,
      },
      movedFrom: '',
      movedTo: '',
    }
    const key = Buffer.from(subject)
    const value = this.serde.serialize(
      kind === 'deleted' ? { header, id: fields.id } : { ...fields, header },
    )
    return {
      topic: this.form.topic,
      partition: partitionFor(key, this.options.partitions ?? 3),
      key,
      value: Buffer.from(value),
      timestamp: micros / 1000n,
      headers: {
        ce_time: new Date(Number(micros / 1000n)).toISOString(),
        ce_type: `wildapp.primary.${kind}`,
      },
    }
  }

  /** The page, whose events are objects. */
  page(query = '', init: RequestInit = {}): Promise<SeenPage> {
    return this.json<SeenPage>(`${PAGES}${query}`, init)
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, init)
  }

  async json<T = Record<string, unknown>>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.get(path, init)).json()) as T
  }

  /** Follows the stream; closed with the world. */
  stream(query = '', headers: Readonly<Record<string, string>> = {}): Promise<SseClient> {
    return this.follow(`${STREAM}${query}`, headers)
  }

  async follow(path: string, headers: Readonly<Record<string, string>>): Promise<SseClient> {
    const client = await SseClient.open(this.url + path, headers)
    this.clients.push(client)
    return client
  }

  /** Ends the server, as a restart does; the log and the store stay. */
  async close(): Promise<void> {
    await this.server?.close()
    this.server = undefined
    await this.acknowledged?.stop()
    await this.hub.stop()
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close()
    await this.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const KINDS = {
  created: Kind.KIND_CREATED,
  updated: Kind.KIND_UPDATED,
  deleted: Kind.KIND_DELETED,
  snapshot: Kind.KIND_SNAPSHOT,
} as const

export { Status }
