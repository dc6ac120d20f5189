import { join } from 'node:path'
import type { Config } from '../config/config'
import { factsHome } from '../config/config'
import type { TableDeclaration } from '../table/table'
import { compile, rowStore, tablesOf } from '../fact/compile/compile'
import { schemas } from '../wildapp/gen/schemas'
import { CursorKeeper } from '../feed/acknowledged/cursor-keeper'
import { CursorCodec } from '../feed/cursor/cursor'
import { FactDecoder } from '../feed/image/fact-decoder'
import { Feed } from '../feed/live/feed'
import type { FeedDefinition } from '../feed/ingest/feed-definition'
import { feedDefinition } from '../feed/ingest/feed-definition'
import { FeedFolder } from '../feed/store/feed-folder'
import { TokenVerifier } from '../feed/http/auth/token-verifier'
import type { FeedServer } from '../feed/http/feed-server'
import { startFeedServer } from '../feed/http/feed-server'
import type { FeedState } from '../feed/live/hub'
import { Hub } from '../feed/live/hub'
import { FactsError } from '../errors'
import { DeadLetterQueue } from '../runtime/dead-letters/dead-letter-queue'
import { handOver } from '../runtime/dead-letters/hand-over'
import { LmdbBackend } from '../runtime/state/lmdb-backend'
import type { KafkaConfig } from '../config/kafka-config'
import { exposesPassword, speaksTls } from '../config/kafka-config'
import { KafkaLog } from '../broker/kafka/kafka-log'
import type { KafkaSecurity } from '../broker/kafka/client/kafka-security'
import { kafkaSecurity } from '../broker/kafka/client/kafka-security'
import type { Log } from '../broker/ports'
import { StreamApp } from '../runtime/stream-app'
import { isLoopback } from '../served-hosts'
import type { AuditorOptions } from '../observe/audit/auditor'
import { Auditor } from '../observe/audit/auditor'
import type { Difference, ResyncOptions, SourceTable } from '../observe/resync/resync'
import { compareWithTable } from '../observe/resync/resync'
import type { WatcherOptions } from '../observe/watch/watcher'
import { Watcher } from '../observe/watch/watcher'
import type { FeedMetrics, Logger, Metrics } from '../telemetry'
import { createLogger } from '../telemetry'
import { acknowledgedTopicSpec, internalTopicSpecs, tooSmall, topicSpecs } from './topics'
import { changelogTopic } from '../topology/internal-topics'
import type { LogRecord } from '../topology/record'
import type { Topology } from '../topology/topology'
import { deadLetters, outbox, wildappFacts } from '../wildapp'
import { ensureSchemas } from '../protobuf/registry/ensure-schemas'
import { framePrinter } from '../protobuf/serde/frame-printer'
import { fullNameOf } from '../protobuf/message/message-type'
import { protobufSerde } from '../protobuf/serde/protobuf-serde'
import { SchemaRegistry } from '../protobuf/registry/registry'

/*
 * The composition root: the only file that knows all the parts.
 */

/** The declarations of this program. */
export const declaredFacts = wildappFacts

/** Those of their messages. */
export const declaredSchemas = schemas

/** The topology of the watched application's facts. Connects to nothing. */
export function factsTopology({
  registry,
  pipeline,
}: Pick<Config, 'registry'> & Partial<Pick<Config, 'pipeline'>>): Topology {
  const store = new SchemaRegistry(registry)
  return compile(wildappFacts, {
    deadLetters,
    ...(pipeline === undefined ? {} : { epoch: pipeline.epoch }),
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
}

/** Reads the files named in the section. Throws FactsError CONFIG_INVALID; does not connect. */
export function kafkaAccess(kafka: KafkaConfig): KafkaSecurity {
  return kafkaSecurity({ ...kafka, tls: speaksTls(kafka) })
}

/** The declared tables that facts are made of and enriched from. */
export function declaredTables(): readonly TableDeclaration[] {
  return [...tablesOf(wildappFacts)].map(({ declaration }) => declaration)
}

export function kafkaLog({ kafka, pipeline }: Config, logger: Logger): KafkaLog {
  if (exposesPassword(kafka)) {
    logger.warn(
      'kafka.password is sent to the brokers in plain text (SASL PLAIN without TLS): anyone on the network path can read it. Use a listener with TLS, or SCRAM.',
    )
  }
  return new KafkaLog({
    brokers: kafka.brokers,
    security: kafkaAccess(kafka),
    clientId: pipeline.applicationId,
    sessionTimeoutMs: pipeline.sessionTimeoutMs,
    ...(pipeline.instanceId === undefined ? {} : { instanceId: pipeline.instanceId }),
    logger,
  })
}

export interface StreamAppParts {
  readonly config: Config
  readonly topology: Topology
  readonly logger: Logger
  readonly metrics: Metrics
}

export function streamApp({ config, topology, logger, metrics }: StreamAppParts): {
  readonly app: StreamApp
  readonly log: Log
} {
  const log = kafkaLog(config, logger)
  const { applicationId, badRecordsToStop, stallMs } = config.pipeline
  const { stateDir = join(factsHome(), 'state') } = config.pipeline
  const state = new LmdbBackend(stateDir, logger)
  metrics.countDecoded(tablesOf(wildappFacts).map(({ counts }) => counts))
  const parts = { topology, log, state, logger, metrics }
  return { app: new StreamApp({ applicationId, badRecordsToStop, stallMs, ...parts }), log }
}

/** Creates missing topics and registers the schemas; idempotent, changes nothing that exists. */
export async function provision(config: Config, say: (line: string) => void): Promise<void> {
  const log = kafkaLog(config, createLogger(config.log))
  try {
    const topology = factsTopology(config)
    const created = [...(await log.admin.createTopics(topicSpecs(topology, config)))]
    const sources = topology.sources.map(({ topic }) => topic)
    const counts = await log.admin.partitionCounts(sources)
    const internal = internalTopicSpecs(topology, config, counts)
    created.push(...(await log.admin.createTopics([...internal, acknowledgedTopicSpec(config)])))
    say(created.length === 0 ? 'All topics exist' : `Created topics ${created.join(', ')}`)
    const all = [...topicSpecs(topology, config), ...internal].map(({ name }) => name)
    const limits = await log.admin.topicSetting(all, 'max.message.bytes')
    for (const { what, remedy } of tooSmall(limits, config)) say(`warn: ${what}. ${remedy}`)
    const topics = wildappFacts.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
    const ids = await ensureSchemas(schemas, topics, new SchemaRegistry(config.registry))
    for (const [topic, id] of ids) say(`The schema of ${topic} is registered (id ${id}, BACKWARD)`)
  } finally {
    await log.close()
  }
}

/** The dead letters of the configured application; `close` ends its connections. */
export function deadLetterQueue(config: Config): {
  readonly queue: DeadLetterQueue
  readonly close: () => Promise<void>
} {
  const log = kafkaLog(config, createLogger(config.log))
  return { queue: queueOn(log, config), close: () => log.close() }
}

function queueOn(log: Log, config: Config): DeadLetterQueue {
  const { applicationId } = config.pipeline
  return new DeadLetterQueue({ log, topology: factsTopology(config), applicationId })
}

/** One fact and its table, to be compared. */
export interface Resyncing {
  /** Name of the fact. */
  readonly name: string
  /** Topic that the table is captured to. */
  readonly topic: string
  readonly keyColumns: readonly string[]
  readonly compare: (
    source: SourceTable,
    onProgress: NonNullable<ResyncOptions['onProgress']>,
  ) => Promise<Difference>
  /** Sends the rows that the table does not have to the pipeline, to be removed. */
  readonly remove: (absent: readonly LogRecord[]) => Promise<void>
}

export function resyncing(config: Config): {
  readonly parts: readonly Resyncing[]
  /** Number of parked keys. */
  readonly waiting: () => Promise<number>
  readonly close: () => Promise<void>
} {
  const log = kafkaLog(config, createLogger(config.log))
  const { applicationId } = config.pipeline
  const queue = queueOn(log, config)
  const parts = wildappFacts.map((fact): Resyncing => {
    const { name, from } = fact
    const changelog = changelogTopic(applicationId, rowStore(fact))
    return {
      ...{ name, topic: from.topic, keyColumns: from.keyColumns },
      compare: (source, onProgress) =>
        compareWithTable({ log, fact, changelog, source, onProgress }),
      remove: (absent) => handOver(log, applicationId, name, absent),
    }
  })
  return { parts, waiting: () => queue.count(), close: () => log.close() }
}

export function auditor({
  config,
  ...options
}: Omit<AuditorOptions, 'topology'> & { readonly config: Config }): Auditor {
  return new Auditor({ ...options, topology: factsTopology(config) })
}

export interface WatcherParts extends Pick<WatcherOptions, 'log' | 'print' | 'onPair' | 'width'> {
  readonly config: Config
}

export function watcher({ config, ...options }: WatcherParts): Watcher {
  const types = wildappFacts.map(({ to }) => to.type)
  const printer = framePrinter({ types, schemas, store: new SchemaRegistry(config.registry) })
  return new Watcher({
    ...options,
    topology: factsTopology(config),
    prepare: (records) => printer.prepareFor(records.map((record) => record.value)),
    factText: ({ value }) => (value === null ? 'null' : printer.print(value)),
  })
}

/** The feeds served over HTTP: every fact's topic, under the fact's name. */
export const feedDefinitions: readonly FeedDefinition[] = wildappFacts.map((fact) =>
  feedDefinition(fact, fact.name === outbox.fact ? outbox.fields : undefined),
)

export interface FeedParts {
  readonly config: Config
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
  const hubs = feedDefinitions.map((definition) => {
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
