import type { Logger } from '../../../telemetry'
import type { KafkaConfig, LogEntry } from '../kafkajs'
import { Kafka, logLevel } from '../kafkajs'
import type { KafkaSecurity } from './kafka-security'
import { securitySettings } from './kafka-security'
import { Sockets } from './sockets'

export interface KafkaClientOptions {
  /** host:port */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Default: without TLS and authentication. */
  readonly security?: KafkaSecurity
  readonly logger: Logger
  /** Milliseconds; default 10,000. See `KafkaGroupConsumer`. */
  readonly sessionTimeoutMs?: number
  /** Attempts to reach a broker after the first; default: for about half a minute. */
  readonly retries?: number
  /** Name of this process as a static member of its group (KIP-345); a dynamic member without one. */
  readonly instanceId?: string
}

/** Backoff between attempts to reach a broker: short at first, at most a second, for about half a minute. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 30 }

/** Settings of every KafkaJS client of this project. */
export function clientConfig(options: KafkaClientOptions): KafkaConfig {
  const { brokers, clientId, security = {}, logger, retries = RETRY.retries } = options
  const kafkaLogger = logger.child({ component: 'kafkajs' })
  return {
    brokers: [...brokers],
    clientId,
    ...securitySettings(security),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { ...RETRY, retries },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => write(kafkaLogger, entry),
  }
}

/** Clients are separate, because KafkaJS caches committed offsets per client, and would mix them with the consumer's. */
export function kafkaClient(options: KafkaClientOptions, sockets = new Sockets()): Kafka {
  return new Kafka({ ...clientConfig(options), socketFactory: sockets.factory })
}

/** KafkaJS logs errors that it is about to retry; permanent ones are thrown. */
function write(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, error, broker, topic, partition, groupId, retryCount } = log as Readonly<
    Record<string, unknown>
  >
  const fields = { namespace, error, broker, topic, partition, groupId, retryCount }
  if (level <= logLevel.WARN) logger.debug(fields, String(message))
  else logger.trace(fields, String(message))
}
