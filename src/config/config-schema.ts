import { hostname } from 'node:os'
import { z } from 'zod'
import { DatabaseUrlSchema } from './database-config'
import { FeedConfigSchema } from './feed-config'
import { FollowConfigSchema } from './follow-config'
import { KafkaConfigSchema } from './kafka-config'
import { RestServiceSchema } from './rest-config'

/** 0 takes a free port. */
const Port = z.coerce.number().int().min(0).max(65_535)

/** The configuration by section and key, with the defaults of a stack on this machine. */
export const ConfigSchema = z.strictObject({
  kafka: KafkaConfigSchema,
  registry: RestServiceSchema.default({ url: 'http://localhost:8081/apis/ccompat/v7' }),
  connect: RestServiceSchema.default({ url: 'http://localhost:8083' }),
  database: z
    .strictObject({
      /** The watched application's own database, as its owner. */
      url: DatabaseUrlSchema,
    })
    .default({ url: 'postgres://postgres@localhost:5432/postgres' }),
  connector: z
    .strictObject({
      /**
       * Host name under which Kafka Connect reaches the database; in containers it differs from the one in `database.url`. The
       * default is the host of `database.url` if that is on another machine, or else fits docker-compose.yml, so that the verbs work
       * from the host; the embedded stack writes its own.
       */
      databaseHost: z.string().min(1),
      databasePort: z.coerce.number().int().min(1).max(65_535),
    })
    .default({ databaseHost: 'postgres', databasePort: 5432 }),
  pipeline: z
    .strictObject({
      /** Consumer group and prefix of every transactional id. Two pipelines with one id fence each other. */
      applicationId: z.string().regex(/^[A-Za-z0-9._-]+$/),
      /** Processes in the group on this machine. */
      workers: z.coerce.number().int().min(1).max(64),
      /** Milliseconds after which the group gives a silent instance's partitions to others; brokers allow 6,000 and more. */
      sessionTimeoutMs: z.coerce.number().int().min(1_000).max(300_000),
      /**
       * Number of the database's current history: raise it by one after a restore or a failover that set positions back,
       * when the pipeline requires it (EPOCH_CHANGED).
       */
      epoch: z.coerce.number().int().min(1).max(1_000_000),
      /** Static membership (group.instance.id), unique and stable: a killed instance keeps its partitions until it returns. `hostname` uses the host's name. */
      instanceId: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,200}$/)
        .transform((id) => (id === 'hostname' ? hostname() : id))
        .optional(),
      /**
       * Bad changes of a partition after which the pipeline stops, if at least half of those processed in that time were bad, as
       * with a wrong converter; 0 makes each a dead letter, regardless of their number.
       */
      badRecordsToStop: z.coerce.number().int().min(0).max(100_000),
      /** Milliseconds without progress of a batch, a restore or the tables after which /readyz answers 503. */
      stallMs: z.coerce.number().int().min(1_000).max(3_600_000),
      /** Milliseconds without a heartbeat of the connector after which /readyz reports that nothing is captured; 0 disables it. */
      captureSilentMs: z.coerce.number().int().min(0).max(86_400_000),
      /** Folder of the tasks' state; if lost, it is restored from the changelogs. Default: `state` in FACTS_HOME. */
      stateDir: z.string().min(1).optional(),
    })
    .default({
      applicationId: 'facts',
      workers: 1,
      sessionTimeoutMs: 10_000,
      epoch: 1,
      badRecordsToStop: 20,
      stallMs: 30_000,
      captureSilentMs: 30_000,
    }),
  topics: z
    .strictObject({
      partitions: z.coerce.number().int().min(1).max(1000),
      replicationFactor: z.coerce.number().int().min(1).max(9),
      /**
       * Size in bytes of the largest record that topics accept and that the connector sends. A row is larger as a record than in
       * its table: quotes and line ends take two bytes, bytea is base64. The default is for rows of 10 MB.
       */
      maxMessageBytes: z.coerce.number().int().min(1_048_588).max(100_000_000),
    })
    .default({ partitions: 6, replicationFactor: 1, maxMessageBytes: 16_777_216 }),
  http: z
    .strictObject({
      host: z.string().min(1),
      port: Port,
    })
    .default({ host: '127.0.0.1', port: 9464 }),
  feed: FeedConfigSchema,
  follow: FollowConfigSchema,
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      /** auto: pretty on a terminal, JSON lines otherwise. */
      format: z.enum(['auto', 'pretty', 'json']),
    })
    .default({ level: 'info', format: 'auto' }),
})
