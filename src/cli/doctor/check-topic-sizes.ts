import { kafkaLog } from '../../compose/kafka'
import { factsTopology } from '../../compose/topology'
import type { AppConfig } from '../../app/app-config'
import type { Finding } from '../../dev-stack/machine/finding'
import { createLogger } from '../../telemetry'
import {
  acknowledgedTopicSpec,
  internalTopicSpecs,
  tooSmall,
  topicSpecs,
} from '../../compose/topics'

/** Whether each topic accepts a record of the configured size; missing topics are left to another check. */
export async function checkTopicSizes(config: AppConfig): Promise<readonly Finding[]> {
  const name = 'kafka max.message.bytes'
  const log = kafkaLog(config, createLogger(config.log))
  try {
    const topology = factsTopology(config)
    const specs = [
      ...topicSpecs(topology, config),
      ...internalTopicSpecs(topology, config, new Map()),
      acknowledgedTopicSpec(config),
    ]
    const topics = specs.map((spec) => spec.name)
    const limits = await log.admin.topicSetting(topics, 'max.message.bytes')
    const small = tooSmall(limits, config)
    if (small.length > 0) {
      return small.map(({ what, remedy }) => ({ name, status: 'warn', detail: what, remedy }))
    }
    const detail = `${limits.size} topics accept ${config.topics.maxMessageBytes} bytes or more`
    return [{ name, status: 'ok', detail }]
  } finally {
    await log.close()
  }
}
