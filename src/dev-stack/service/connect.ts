import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KafkaConfig } from '../../config/kafka-config'
import { kafkaSettings } from './connect-kafka'
import { jvmArgs, loggingFile, propertiesFile } from './jvm'
import type { JvmTuning } from './jvm'
import type { ServiceSpec } from './service'
import type { StackHome } from './stack-home'

export interface ConnectOptions {
  readonly home: StackHome
  readonly java: string
  /** Folder of Kafka's jars. */
  readonly libs: string
  /** Folder of the unpacked Debezium archive. */
  readonly plugin: string
  readonly port: number
  readonly kafka: KafkaConfig
  /** Start of the names of its group and topics, of a Kafka that others use, too; default those of an own one. */
  readonly application?: string | undefined
  /** Password of the role that connectors log in with; default that of the stack's own PostgreSQL. */
  readonly capturePassword?: string | undefined
  readonly path: string
  readonly tuning: JvmTuning
  /** Worker settings over the stack's own. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface ConnectServer extends ServiceSpec {
  readonly url: string
}

/** Password of the change-data role, which connector files name as ${env:CDC_PASSWORD}. */
const DEFAULT_PASSWORD = 'cdc'

/** A distributed Connect worker with the Debezium plugin, on loopback: its API lets a caller run anything. */
export function connectServer(options: ConnectOptions): ConnectServer {
  const { home, java, libs, port, path } = options
  mkdirSync(home.connect, { recursive: true })
  const config = join(home.connect, 'worker.properties')
  const logging = join(home.connect, 'log4j2.yaml')
  writeFileSync(config, propertiesFile(settings(options)))
  writeFileSync(
    logging,
    loggingFile({ 'org.apache.kafka.common.config': 'WARN', 'org.reflections': 'ERROR' }),
  )
  const url = `http://127.0.0.1:${port}`
  return {
    name: 'connect',
    command: java,
    args: [
      ...jvmArgs({
        heap: 512,
        tuning: options.tuning,
        properties: { 'log4j2.configurationFile': logging },
      }),
      '-cp',
      join(libs, '*'),
      'org.apache.kafka.connect.cli.ConnectDistributed',
      config,
    ],
    env: { PATH: path, CDC_PASSWORD: options.capturePassword ?? DEFAULT_PASSWORD },
    cwd: home.connect,
    // KIP-1017: 200 once the worker is in its group and can serve requests.
    isReady: async () => (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })).ok,
    stopSignal: 'SIGTERM',
    stopTimeout: 5_000,
    url,
  }
}

function settings(options: ConnectOptions): Readonly<Record<string, string | number>> {
  const { kafka, application } = options
  const { brokers } = kafka
  const group = application === undefined ? 'facts-connect' : `${application}-connect`
  // -1 is the default of the brokers: a list of addresses may name few of many.
  const replicas = application === undefined ? Math.min(3, brokers.length) : -1
  return {
    'bootstrap.servers': brokers.join(','),
    ...kafkaSettings(kafka),
    'group.id': group,
    'config.storage.topic': `${group}-configs`,
    'config.storage.replication.factor': replicas,
    'offset.storage.topic': `${group}-offsets`,
    'offset.storage.replication.factor': replicas,
    'offset.storage.partitions': 1,
    'status.storage.topic': `${group}-status`,
    'status.storage.replication.factor': replicas,
    'status.storage.partitions': 1,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    listeners: `http://127.0.0.1:${options.port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': options.plugin,
    'plugin.discovery': 'service_load',
    'config.providers': 'env',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
    'config.providers.env.param.allowlist.pattern': '^CDC_[A-Z_]+$',
    // Fewer changes are redelivered after a crash of the worker.
    'offset.flush.interval.ms': 2_000,
    // A single worker: a lost task does not wait for another worker.
    'scheduled.rebalance.max.delay.ms': 0,
    'session.timeout.ms': 6_000,
    'heartbeat.interval.ms': 1_500,
    'task.shutdown.graceful.timeout.ms': 3_000,
    // Connect turns it off (KIP-679); without it a retried request may write twice.
    'producer.enable.idempotence': 'true',
    ...options.settings,
  }
}
