import { join } from 'node:path'
import type { Config } from './config'
import { factsHome } from './config'
import { compile, rowStore } from './fact/compile'
import { schemas } from './gen/schemas'
import { DeadLetterQueue } from './runtime/dead-letter-queue'
import { handOver } from './runtime/hand-over'
import { LmdbBackend } from './runtime/state/lmdb-backend'
import { KafkaLog } from './log/kafka/kafka-log'
import type { Log } from './log/log'
import { StreamApp } from './runtime/stream-app'
import type { AuditorOptions } from './sink/auditor'
import { Auditor } from './sink/auditor'
import type { Difference, ResyncOptions, SourceTable } from './sink/resync'
import { compareWithTable } from './sink/resync'
import type { WatcherOptions } from './sink/watcher'
import { Watcher } from './sink/watcher'
import type { Logger, Metrics } from './telemetry'
import { createLogger } from './telemetry'
import { internalTopicSpecs, topicSpecs } from './topics'
import { changelogTopic } from './topology/internal-topics'
import type { LogRecord } from './topology/record'
import type { Topology } from './topology/topology'
import { deadLetters, wildappFacts } from './wildapp'
import { ensureSchemas } from './wire/ensure-schemas'
import { framePrinter } from './wire/frame-printer'
import { fullNameOf } from './wire/message-type'
import { protobufSerde } from './wire/protobuf'
import { SchemaRegistry } from './wire/registry'

/*
 * The composition root: the only file that knows all the parts.
 */

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

export function kafkaLog({ kafka, pipeline }: Config, logger: Logger): KafkaLog {
  return new KafkaLog({
    brokers: kafka.brokers,
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
  const { applicationId, stateDir = join(factsHome(), 'state') } = config.pipeline
  const state = new LmdbBackend(stateDir, logger)
  return { app: new StreamApp({ applicationId, topology, log, state, logger, metrics }), log }
}

/** Creates missing topics and registers the schemas; idempotent, changes nothing that is there. */
export async function provision(config: Config, say: (line: string) => void): Promise<void> {
  const log = kafkaLog(config, createLogger(config.log))
  try {
    const topology = factsTopology(config)
    const created = [...(await log.admin.createTopics(topicSpecs(topology, config)))]
    const sources = topology.sources.map(({ topic }) => topic)
    const counts = await log.admin.partitionCounts(sources)
    created.push(...(await log.admin.createTopics(internalTopicSpecs(topology, config, counts))))
    say(created.length === 0 ? 'All topics exist' : `Created topics ${created.join(', ')}`)
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
  /** Of the fact. */
  readonly name: string
  /** That the table is captured to. */
  readonly topic: string
  readonly keyColumns: readonly string[]
  readonly compare: (
    source: SourceTable,
    onProgress: NonNullable<ResyncOptions['onProgress']>,
  ) => Promise<Difference>
  /** Hands the rows that the table does not hold to the pipeline. */
  readonly remove: (absent: readonly LogRecord[]) => Promise<void>
}

export function resyncing(config: Config): {
  readonly parts: readonly Resyncing[]
  /** How many keys wait behind dead letters. */
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
  const waiting = async (): Promise<number> => (await queue.waiting()).length
  return { parts, waiting, close: () => log.close() }
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
