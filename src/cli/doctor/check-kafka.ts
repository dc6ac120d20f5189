import { commandLine } from '../../command-line'
import { capturedTopic } from '../../table/shape/captured-topic'
import { kafkaAccess } from '../../compose/kafka'
import type { KafkaConfig } from '../../config/kafka-config'
import { probeKafka } from '../../broker/kafka/admin/probe'
import type { Finding } from '../../dev-stack/machine/finding'

export interface KafkaCheckOptions {
  readonly kafka: KafkaConfig
  /** Debezium's topic.prefix; topics of tables are prefix.schema.table. */
  readonly prefix: string
  /** Partitions with which topics of tables are created. */
  readonly partitions: number
  /** Topics that declare another number. */
  readonly declared: ReadonlyMap<string, number>
}

/** Checks the brokers and the topics that the connector writes. Throws the errors of `probeKafka`, and CONFIG_INVALID. */
export async function checkKafka(options: KafkaCheckOptions): Promise<readonly Finding[]> {
  const { brokers, topics } = await probeKafka(options.kafka.brokers, kafkaAccess(options.kafka))
  const cluster: Finding = { name: 'kafka', status: 'ok', detail: `broker ${brokers.join(', ')}` }
  const list = topics.map(({ name, partitions }) => `${name} (${partitions})`).join(', ')
  const tables = topics.filter(({ name }) => capturedTopic(name).connector === options.prefix)
  if (tables.length === 0) {
    const missing: Finding = {
      name: 'kafka topics',
      status: 'warn',
      detail: `no topic of a table (${options.prefix}.<schema>.<table>)${list === '' ? '' : `; there are ${list}`}`,
      remedy: `The connector creates them: ${commandLine('register-connector')}. When they exist, this user may not see them: see "kafka rights".`,
    }
    return [cluster, missing]
  }
  const wanted = (topic: string): number => options.declared.get(topic) ?? options.partitions
  const odd = tables.filter(({ name, partitions }) => partitions !== wanted(name))
  if (odd.length === 0) return [cluster, { name: 'kafka topics', status: 'ok', detail: list }]
  const different: Finding = {
    name: 'kafka topics',
    status: 'warn',
    detail: `${odd.map(({ name, partitions }) => `${name} has ${partitions} partitions instead of ${wanted(name)}`).join(', ')} [PARTITIONS_CHANGED]`,
    remedy:
      'Set topics.partitions / FACTS_TOPICS_PARTITIONS to what the topics have: a key must stay in its partition. The number that a fact declares (partitions) takes precedence: recreate such a topic.',
  }
  return [cluster, different]
}
