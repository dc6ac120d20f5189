import { translateKafkaError } from '../client/kafka-errors'
import type { KafkaSecurity } from '../client/kafka-security'
import { securitySettings } from '../client/kafka-security'
import { Kafka, logLevel } from '../kafkajs'
import { kafkaMissing } from './reach-broker'

/** Metadata of a cluster. */
export interface KafkaProbe {
  /** host:port as the cluster advertises them. */
  readonly brokers: readonly string[]
  /** Without internal topics; in the order of their names. */
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
}

/**
 * One short check, for diagnosis, without retries. Throws FactsError BROKER_UNAVAILABLE, or NOT_AUTHENTICATED,
 * NOT_AUTHORIZED or TLS_FAILED when access is denied.
 */
export async function probeKafka(
  brokers: readonly string[],
  security: KafkaSecurity = {},
  timeout = 5_000,
): Promise<KafkaProbe> {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'facts-doctor',
    ...securitySettings(security),
    connectionTimeout: timeout,
    requestTimeout: timeout,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const cluster = await admin.describeCluster()
    const { topics } = await admin.fetchTopicMetadata()
    return {
      brokers: cluster.brokers.map(({ host, port }) => `${host}:${port}`),
      topics: topics
        .map(({ name, partitions }) => ({ name, partitions: partitions.length }))
        .filter(({ name }) => !name.startsWith('__') || name.startsWith('__debezium'))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }
  } catch (cause) {
    const known = translateKafkaError(cause, 'BROKER_UNAVAILABLE')
    if (known.code !== 'BROKER_UNAVAILABLE') throw known
    throw kafkaMissing([`${brokers.join(', ')} (${(cause as Error).message})`], cause)
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
