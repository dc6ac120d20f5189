import type { Config } from '../config/config'

/** A key that may be left out says what holds without it. */
type Help<Section, Key extends keyof Section> = undefined extends Section[Key]
  ? { readonly text: string; readonly unset: string }
  : string

type SectionHelp<Section> = {
  readonly title: string
  readonly keys: { readonly [Key in keyof Section]-?: Help<Section, Key> }
}

const TRUSTED_BY_NODE = 'those that Node.js trusts'
const NONE = 'none'

/** What docs/reference/configuration.md says of each key: a new key without it does not compile. */
export const CONFIGURATION_HELP: {
  readonly [Section in keyof Config]: SectionHelp<Config[Section]>
} = {
  kafka: {
    title: 'Kafka, for every client of it.',
    keys: {
      brokers: 'Bootstrap brokers, `host:port`.',
      tls: {
        text: 'Whether connections are encrypted. `false` with `saslMechanism` is for a listener without TLS (SASL_PLAINTEXT).',
        unset: 'TLS when one of the keys below is set',
      },
      caFile: {
        text: "PEM file with the authority that signed the brokers' certificates.",
        unset: TRUSTED_BY_NODE,
      },
      certFile: {
        text: 'PEM file with the certificate of the client and its chain, for brokers that require one (mutual TLS). Together with `keyFile`.',
        unset: NONE,
      },
      keyFile: { text: 'PEM file with the key of that certificate, not encrypted.', unset: NONE },
      saslMechanism: {
        text: 'How the client authenticates. Together with `username` and `password`.',
        unset: 'no authentication',
      },
      username: { text: 'User for SASL.', unset: NONE },
      password: { text: 'Password for SASL.', unset: NONE },
    },
  },
  registry: {
    title: 'The schema registry (Confluent-compatible API).',
    keys: {
      url: 'Base of the API; may contain user and password.',
      username: { text: 'User for basic authentication.', unset: NONE },
      password: { text: 'Password for basic authentication.', unset: NONE },
    },
  },
  connect: {
    title: "Kafka Connect's REST API.",
    keys: {
      url: 'Base of the API; may contain user and password.',
      username: { text: 'User for basic authentication.', unset: NONE },
      password: { text: 'Password for basic authentication.', unset: NONE },
    },
  },
  database: {
    title: 'The source database, as the commands reach it.',
    keys: {
      url: "The watched application's own database, as its owner.",
    },
  },
  connector: {
    title: 'The source database, as Kafka Connect reaches it. The defaults fit docker-compose.yml.',
    keys: {
      databaseHost:
        'Host of PostgreSQL as Kafka Connect resolves it. Of a `database.url` on another machine, the default is its host.',
      databasePort: 'Port of PostgreSQL as Kafka Connect reaches it; the default likewise.',
    },
  },
  pipeline: {
    title: '`facts pipeline`.',
    keys: {
      applicationId:
        'Consumer group, prefix of the transactional ids and of the internal topics. Two pipelines with one id are one group.',
      workers: 'Processes in the group on this machine.',
      sessionTimeoutMs:
        'Session timeout in milliseconds: after it, the partitions of an instance that does not respond are assigned to others. Brokers allow 6,000 and more.',
      epoch:
        'Number of the current history of the database. Raise it when the pipeline stops with `EPOCH_CHANGED` ([epochs](../epochs.md)).',
      instanceId: {
        text: 'Name of this instance across restarts: when it is killed, its partitions stay unassigned until it returns or the session timeout passes. `hostname` takes the name of the host.',
        unset: 'a new member at each start',
      },
      badRecordsToStop:
        'Number of dead letters among the last changes of a partition that stops the pipeline, when they are at least half of those changes; 0 never stops it ([dead letters](../dead-letters.md)).',
      stallMs:
        'Milliseconds without progress of a batch, a restore or the tables after which `/readyz` answers 503.',
      captureSilentMs:
        'Milliseconds without a heartbeat of the connector after which `/readyz` reports that nothing is captured; 0 never does.',
      stateDir: {
        text: 'Folder of the local state. It may be lost; it is then restored from the changelogs.',
        unset: '`state` in `FACTS_HOME`',
      },
    },
  },
  topics: {
    title: 'How `facts provision` creates topics. Topics that exist are not changed.',
    keys: {
      partitions: 'Partitions of each topic, unless a declaration has its own number.',
      replicationFactor: 'Replicas of each partition; 3 on a cluster.',
      maxMessageBytes:
        'Bytes of the largest record of topics and connector. A row is larger as a record than in its table: quotes and line ends take two bytes, bytea is base64. The default is for rows of 10 MB.',
    },
  },
  http: {
    title: 'Health and metrics of the pipeline; the host is that of every health server.',
    keys: {
      host: 'Address that health and metrics listen on.',
      port: 'Port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one.',
    },
  },
  feed: {
    title: '`facts feed`.',
    keys: {
      host: 'Address that the feed listens on. Other than loopback only with `auth` or `open`.',
      port: 'Port of the feed; 0 takes a free one.',
      hosts:
        'Names by which readers reach the feed, health and metrics. Requests for other hosts are refused, except loopback, the own host name and the address listened on ([security](../security.md)).',
      open: 'Allows a server without `auth` on other addresses than loopback: behind a proxy that authenticates, or in a closed network.',
      auth: {
        text: 'The issuer whose tokens are accepted; the keys of this section are [below](#feedauth). In the environment it is one text, YAML or JSON.',
        unset: 'the feed is unauthenticated',
      },
      healthPort: 'Port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one.',
      dir: {
        text: "Folder of the feed's stores, for one server. It may be lost; it is then filled from the topics. Without `secret`, its loss invalidates all cursors.",
        unset: '`feed` in `FACTS_HOME`',
      },
      secret: {
        text: 'Key that authenticates cursors, the same for all servers of a feed.',
        unset: 'generated once and stored in `dir`',
      },
      corsOrigins: 'Origins of other sites whose pages may read, as `https://app.example`.',
      heartbeatMs: 'Milliseconds after which an idle stream gets a heartbeat.',
      stallMs: 'Milliseconds after which a stream whose reader accepts no data is closed.',
      drainMs: 'Milliseconds over which streams are closed when the server is stopped.',
      trustedProxies:
        'Proxies in front of the server, as addresses or networks (`10.0.0.0/8`), whose `X-Forwarded-For` is trusted.',
      maxSessions: 'Concurrent streams and long polls, in total.',
      maxSessionsPerAddress: 'Concurrent streams and long polls from one address.',
      maxSessionsPerConsumer: 'Concurrent streams and long polls of one consumer.',
    },
  },
  follow: {
    title: '`facts follow`; each key is an option of the verb too.',
    keys: {
      url: {
        text: 'The feed server; may contain user and password.',
        unset: 'at `feed.host` and `feed.port` of this machine, or where the local stack serves it',
      },
      where: { text: 'Filter in CEL: the set to follow.', unset: 'every row' },
      changesOn: {
        text: 'Only updates that changed one of these fields.',
        unset: 'every update',
      },
      select: { text: 'Fields to send.', unset: 'all' },
      shard: {
        text: 'One of n parts of the feed, as `1/3`, for as many followers with positions of their own.',
        unset: 'the whole feed',
      },
      start: {
        text: 'Where to begin without a position: `earliest`, `now`, `snapshot`, or a commit time.',
        unset: '`earliest`',
      },
      until: { text: '`head` ends when every event up to the head is handled.', unset: 'runs on' },
      position: {
        text: 'Where the position is stored: a file, or `postgres://...`.',
        unset: 'nowhere',
      },
      name: { text: "The follower's row in PostgreSQL.", unset: 'the name of the feed' },
      onExpired: 'What to do when the events after the position are no longer retained.',
      expireMs: {
        text: 'Milliseconds after which a stored position is no longer used.',
        unset: 'never; a day with `healthPort`',
      },
      heartbeatMs:
        "The server's `feed.heartbeatMs`; a stream that is silent for longer is opened again.",
      exec: {
        text: 'Command that handles each event, on its standard input.',
        unset: 'events are printed, one line of JSON each',
      },
      webhook: { text: 'URL that each event is posted to. Not together with `exec`.', unset: NONE },
      execEnv: { text: 'Additional environment variables of the command of `exec`.', unset: NONE },
      concurrency: {
        text: 'Events of different rows that are handled concurrently.',
        unset: '16 with `webhook`, otherwise 1',
      },
      webhookTimeoutMs: 'Milliseconds that the webhook may take to answer.',
      attempts: {
        text: 'Attempts to handle one event before the follower ends.',
        unset: 'no limit',
      },
      consumer: { text: 'Sent as `X-Consumer-Id`.', unset: NONE },
      tokenFile: { text: 'File of a bearer token, read before each connection.', unset: NONE },
      healthPort: {
        text: 'Port of `/health`, `/healthz`, `/readyz` and `/metrics`; 0 takes a free one.',
        unset: 'no health server',
      },
    },
  },
  log: {
    title: 'The log on standard error.',
    keys: {
      level: 'Least severe level that is written.',
      format: '`auto`: pretty on a terminal, JSON lines otherwise.',
    },
  },
}

/** The keys of `feed.auth`. */
export const AUTH_HELP: Readonly<Record<keyof NonNullable<Config['feed']['auth']>, string>> = {
  issuer: '`iss` of the tokens.',
  audience: 'Value that `aud` of the tokens has to contain.',
  algorithms: 'Signature algorithms that are accepted, asymmetric ones only.',
  jwksUrl:
    'Where the issuer publishes its keys (JWKS): https, or http on loopback. This or `jwksFile`.',
  jwksFile: 'The keys in a file instead; read once, at the start.',
  jwksMaxAgeMs: 'Milliseconds after which the keys are fetched again.',
  jwksCooldownMs:
    'Minimum milliseconds between two fetches that an unknown key or a failure causes.',
  cookie: 'Cookie that carries the token for `EventSource`, which cannot set a header.',
  claim: 'Claim of the token that contains the rights.',
}

/** Variables of the environment that are not keys: they are needed before there is a configuration. */
export const ENVIRONMENT_HELP = {
  FACTS_CONFIG:
    'Path of the configuration file, which must exist then. Default: `facts.yaml` in the project.',
  FACTS_HOME:
    "Folder of state, the feed's store, logs and the embedded stack. Default: `.facts` in the project.",
  FACTS_CACHE: "Folder of the embedded stack's downloads. Default: the user's cache folder.",
  FACTS_MAVEN_REPOSITORY: 'Maven repository to download from instead of Maven Central.',
} as const satisfies Readonly<Record<string, string>>
