import type { Cluster } from '../kafkajs'
import { FactsError } from '../../../errors'
import type { KafkaClientOptions } from '../client/kafka-client'
import { kafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import { topicRights } from '../requests/metadata-v8'
import { unknownHeartbeat, unknownTransaction } from '../requests/refusable'

/** One use of one resource. */
export interface AskedRight {
  readonly operation: 'READ' | 'WRITE' | 'CREATE' | 'DESCRIBE'
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly name: string
  /** Not checked for an existing topic. */
  readonly isForMissing?: boolean
}

/** Bits of org.apache.kafka.common.acl.AclOperation. */
const BITS = { READ: 3, WRITE: 4, CREATE: 5, DESCRIBE: 8 } as const
/** The broker does not report it. */
const UNSAID = -(2 ** 31)
const [UNKNOWN_TOPIC, TOPIC_REFUSED, GROUP_REFUSED, ID_REFUSED] = [3, 29, 30, 53]

/**
 * The uses among these that the cluster does not authorize. No side effects: topics report the authorized operations (KIP-430),
 * groups and transactional ids reject a request that is invalid anyway. No retries: throws BROKER_UNAVAILABLE soon, after
 * `timeoutMs` at the latest, and NOT_AUTHENTICATED or TLS_FAILED immediately.
 */
export async function refusedRights<T extends AskedRight>(
  options: KafkaClientOptions,
  asked: readonly T[],
  timeoutMs = 5_000,
): Promise<readonly T[]> {
  const cluster = kafkaCluster({ ...options, retries: 1 })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new FactsError('BROKER_UNAVAILABLE', 'Kafka does not report the rights.'))
    }, timeoutMs)
  })
  const answered = refusedBy(cluster, asked)
  answered.catch(() => undefined)
  try {
    return await Promise.race([answered, late])
  } catch (error) {
    throw translateKafkaError(error, 'BROKER_UNAVAILABLE')
  } finally {
    clearTimeout(timer)
    // A broker that does not answer would have disconnect() wait.
    cluster.abandon()
  }
}

async function refusedBy<T extends AskedRight>(
  cluster: Cluster,
  asked: readonly T[],
): Promise<readonly T[]> {
  await cluster.connect()
  const broker = await cluster.brokerPool.findConnectedBroker()
  const names = (resource: AskedRight['resource']): string[] => [
    ...new Set(asked.filter((one) => one.resource === resource).map(({ name }) => name)),
  ]
  const { topics, cluster: everywhere } = await broker.ask(topicRights(names('topic')))
  const known = new Map(topics.map((one) => [one.topic, one]))
  const refused = new Set<string>()
  for (const group of names('group')) {
    if ((await broker.ask(unknownHeartbeat(group))) === GROUP_REFUSED) refused.add(`group ${group}`)
  }
  for (const id of names('transactional-id')) {
    const code = await broker.ask(unknownTransaction(id))
    if (code === ID_REFUSED) refused.add(`transactional-id ${id}`)
  }
  return asked.filter(({ operation, resource, name, isForMissing = false }) => {
    if (resource !== 'topic') return refused.has(`${resource} ${name}`)
    const { code, operations } = known.get(name) ?? { code: 0, operations: UNSAID }
    // Without DESCRIBE the broker does not reveal whether the topic exists.
    if (code === TOPIC_REFUSED) return !isForMissing
    if (isForMissing && code !== UNKNOWN_TOPIC) return false
    if (operation === 'CREATE' && allows(everywhere, 'CREATE')) return false
    return !allows(operations, operation)
  })
}

const allows = (operations: number, operation: AskedRight['operation']): boolean =>
  operations === UNSAID || (operations & (1 << BITS[operation])) !== 0
