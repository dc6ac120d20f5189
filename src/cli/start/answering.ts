import type { AppConfig } from '../../app/app-config'
import { probeKafka } from '../../broker/kafka/admin/probe'
import { kafkaAccess } from '../../compose/kafka'
import { factsTopology } from '../../compose/topology'
import { connectorFile, readConnectorFile } from '../../connector/connector-file'
import { connectorStatus } from '../../connector/connector-status'
import { FactsError } from '../../errors'
import { checkRegistry } from '../doctor/check-registry'
import type { Parts } from './parts'

/**
 * Asks each given part but the database, before anything is started, which takes longer than to hear that one is away. Throws
 * BROKER_UNAVAILABLE, CONNECT_UNAVAILABLE, REGISTRY_UNAVAILABLE and the errors of refused credentials; TOPIC_MISSING when topics
 * that something else fills are not there.
 */
export async function answering(config: AppConfig, parts: Parts): Promise<void> {
  await Promise.all([
    parts.kafka === 'given' ? kafka(config, parts) : undefined,
    parts.connect === 'given' ? connect(config) : undefined,
    parts.registry === 'given' ? checkRegistry(config.registry) : undefined,
  ])
}

async function kafka(config: AppConfig, { connect: capture }: Parts): Promise<void> {
  const { brokers } = config.kafka
  const there = await probeKafka(brokers, kafkaAccess(config.kafka))
  if (capture !== 'unused') return
  const names = new Set(there.topics.map(({ name }) => name))
  const { sources, globalTables } = factsTopology(config)
  const missing = [...sources, ...globalTables].filter(({ topic }) => !names.has(topic))
  if (missing.length === 0) return
  const list = [...new Set(missing.map(({ topic }) => topic))].join(', ')
  throw new FactsError(
    'TOPIC_MISSING',
    `Kafka at ${brokers.join(', ')} has no topic ${list}, or this user may not see it, and --topics makes none. Correct the topic of the table's declaration, or capture the table first.`,
  )
}

async function connect(config: AppConfig): Promise<void> {
  await connectorStatus(config, readConnectorFile(connectorFile(config.app), config).name)
}
