import type { AppConfig } from '../app/app-config'
import { ensureSchemas } from '../protobuf/registry/ensure-schemas'
import { fullNameOf } from '../protobuf/message/message-type'
import { SchemaRegistry } from '../protobuf/registry/registry'
import { createLogger } from '../telemetry'
import { kafkaLog } from './kafka'
import { acknowledgedTopicSpec, internalTopicSpecs, tooSmall, topicSpecs } from './topics'
import { factsTopology } from './topology'

/** Creates missing topics and registers the schemas; idempotent, changes nothing that exists. */
export async function provision(config: AppConfig, say: (line: string) => void): Promise<void> {
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
    const { facts, schemas } = config.app
    const topics = facts.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
    const ids = await ensureSchemas(schemas, topics, new SchemaRegistry(config.registry))
    for (const [topic, id] of ids) say(`The schema of ${topic} is registered (id ${id}, BACKWARD)`)
  } finally {
    await log.close()
  }
}
