import { join } from 'node:path'
import type { StartedNetwork, StartedTestContainer } from 'testcontainers'
import { GenericContainer, Network, Wait } from 'testcontainers'
import { packageRoot } from '../../src/package-root'
import { choosePorts } from '../../src/dev-stack/ports/ports'

/** PostgreSQL, Kafka, Connect and the registry in one network of their own. */
export interface Containers {
  /** What a user sets to reach them from the host: environment of the CLI and of `loadConfig`. */
  readonly env: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

/** Starts them as a user's own tests would; the same settings as docker-compose.yml, where those matter. */
export async function startContainers(): Promise<Containers> {
  const network = await new Network().start()
  const started: StartedTestContainer[] = []
  const start = async (name: string, container: GenericContainer): Promise<StartedTestContainer> =>
    startIn(network, name, container).then((it) => {
      started.push(it)
      return it
    })
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((container) => container.stop()))
    await network.stop()
  }
  try {
    const { kafka: kafkaPort } = await choosePorts({ usual: {}, names: ['kafka'] })
    const [database, registry, connect] = await Promise.all([
      start('postgres', postgres()),
      start('registry', schemaRegistry()),
      start('kafka', kafka(kafkaPort)).then(() => start('connect', kafkaConnect())),
    ])
    const at = (container: StartedTestContainer, port: number): string =>
      `${container.getHost()}:${container.getMappedPort(port)}`
    return {
      env: {
        FACTS_DATABASE_URL: `postgres://wildapp:wildapp@${at(database, 5432)}/wildapp`,
        FACTS_KAFKA_BROKERS: `localhost:${kafkaPort}`,
        FACTS_REGISTRY_URL: `http://${at(registry, 8080)}/apis/ccompat/v7`,
        FACTS_CONNECT_URL: `http://${at(connect, 8083)}`,
        FACTS_CONNECTOR_DATABASE_HOST: 'postgres',
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The name is how the others find it. */
function startIn(
  network: StartedNetwork,
  name: string,
  container: GenericContainer,
): Promise<StartedTestContainer> {
  return container.withNetwork(network).withNetworkAliases(name).withStartupTimeout(180_000).start()
}

function postgres(): GenericContainer {
  return new GenericContainer('postgres:18')
    .withCommand(['postgres', '-c', 'wal_level=logical'])
    .withEnvironment({
      POSTGRES_PASSWORD: 'postgres',
      WILDAPP_PASSWORD: 'wildapp',
      REGISTRY_PASSWORD: 'registry',
    })
    .withCopyFilesToContainer([
      {
        source: join(packageRoot(), 'docker', 'init-database.sh'),
        target: '/docker-entrypoint-initdb.d/init-database.sh',
        mode: 0o755,
      },
    ])
    .withExposedPorts(5432)
    .withHealthCheck({
      test: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', 'wildapp', '-d', 'wildapp'],
      interval: 500,
      retries: 240,
    })
    .withWaitStrategy(Wait.forHealthCheck())
}

/** Brokers tell clients where they are, so the port on the host must be known before the start. */
function kafka(port: number): GenericContainer {
  return new GenericContainer('apache/kafka:4.3.1')
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'INTERNAL://:19092,HOST://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://kafka:19092,HOST://localhost:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        'INTERNAL:PLAINTEXT,HOST:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
}

/** In memory: this network does not outlive its test. */
function schemaRegistry(): GenericContainer {
  return new GenericContainer('apicurio/apicurio-registry:3.0.9')
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
}

function kafkaConnect(): GenericContainer {
  return new GenericContainer('quay.io/debezium/connect:3.7')
    .withEnvironment({
      BOOTSTRAP_SERVERS: 'kafka:19092',
      GROUP_ID: 'facts-connect',
      CONFIG_STORAGE_TOPIC: 'facts-connect-configs',
      OFFSET_STORAGE_TOPIC: 'facts-connect-offsets',
      STATUS_STORAGE_TOPIC: 'facts-connect-status',
      CONNECT_CONFIG_STORAGE_REPLICATION_FACTOR: '1',
      CONNECT_OFFSET_STORAGE_REPLICATION_FACTOR: '1',
      CONNECT_STATUS_STORAGE_REPLICATION_FACTOR: '1',
      CDC_PASSWORD: 'cdc',
      CONNECT_CONFIG_PROVIDERS: 'env',
      CONNECT_CONFIG_PROVIDERS_ENV_CLASS:
        'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      CONNECT_CONFIG_PROVIDERS_ENV_PARAM_ALLOWLIST_PATTERN: '^CDC_[A-Z_]+$',
    })
    .withExposedPorts(8083)
    .withWaitStrategy(Wait.forHttp('/health', 8083))
}
