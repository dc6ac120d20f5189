import { readFileSync } from 'node:fs'
import { lackingRights } from '../../src/cli/rights/demand-rights'
import { kafkaAccess, kafkaLog } from '../../src/compose/kafka'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import { translateKafkaError } from '../../src/broker/kafka/client/kafka-errors'
import { Sockets } from '../../src/broker/kafka/client/sockets'
import type { Kafka } from '../../src/broker/kafka/kafkajs'
import type { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { Right } from '../../src/rights'
import { describeRight } from '../../src/rights'
import { createLogger } from '../../src/telemetry'
import type { AclCluster } from './acl-cluster'
import { CONNECT, without } from './acl-cluster'
import { waitFor } from './wait-for'

const logger = createLogger({ level: 'silent', format: 'json' })

/** What the worker's clients do with a right, which `ConnectWork.refusal` does as well. */
const REQUESTS: ReadonlyMap<string, string> = new Map([
  ['READ on topic', 'Fetch'],
  ['WRITE on topic', 'Produce'],
  ['CREATE on topic', 'CreateTopics'],
  ['READ on group', 'JoinGroup'],
])

/** A line of the broker's authorizer: which ACL has allowed which request. */
const ALLOWED = new RegExp(
  [
    `Principal = User:${CONNECT} is Allowed operation = (?<operation>\\w+) .*`,
    'for request = (?<request>\\w+) .*',
    'resourceType=(?<type>\\w+), resourceName=(?<name>[^,]+), patternType=(?<pattern>\\w+), .*',
    'operation=(?<granted>\\w+), permissionType=ALLOW',
  ].join(''),
  'g',
)

/** What a broker says of the rights of a Connect worker. */
export class ConnectWork {
  constructor(
    private readonly cluster: AclCluster,
    private readonly rights: readonly Right[],
  ) {}

  /** The ACLs that the worker itself has used since it was started, by the requests that they are for. */
  used(): readonly string[] {
    const { kafka: log = '' } = this.cluster.stack.logs
    const used = new Set<string>()
    for (const { groups = {} } of readFileSync(log, 'utf8').matchAll(ALLOWED)) {
      const { operation, request, type = '', name = '', pattern, granted } = groups
      const resource = type.toLowerCase()
      // READ and WRITE allow DESCRIBE too.
      if (operation !== granted) continue
      if (REQUESTS.get(`${operation} on ${resource}`) !== request) continue
      used.add(`${operation} on ${resource} ${name}${pattern === 'PREFIXED' ? '*' : ''}`)
    }
    return [...used]
  }

  /** What the broker answers to the request that the right is for, with all other rights granted. */
  async refusal(lost: Right): Promise<unknown> {
    const { cluster, rights } = this
    await cluster.allow(without(rights, lost), CONNECT)
    await waitFor(`Connect to lack ${describeRight(lost)} alone`, async () => {
      const lacking = await lackingRights(cluster.connectConfig, rights.map(asked))
      return lacking.map(({ right }) => describeRight(right)).join() === describeRight(lost)
    })
    return waitFor(`Connect to be refused ${describeRight(lost)}`, () => this.attempt(lost))
  }

  /** Makes the request as the worker's user; resolves with the error of the broker, or with nothing. */
  private async attempt({ operation, resource, used: [name = ''] }: Right): Promise<unknown> {
    const request = REQUESTS.get(`${operation} on ${resource}`)
    const sockets = new Sockets()
    const log = kafkaLog(this.cluster.connectConfig, logger)
    try {
      if (request === 'Fetch') await read(log, name)
      else if (request === 'JoinGroup') await join(log, name)
      else if (request === 'Produce') await write(this.client(sockets), name)
      else await create(this.client(sockets), name)
      return undefined
    } catch (error) {
      return translateKafkaError(error, 'BROKER_UNAVAILABLE')
    } finally {
      await log.close()
      sockets.close()
    }
  }

  private client(sockets: Sockets): Kafka {
    const { brokers, ...access } = this.cluster.connectConfig.kafka
    const security = kafkaAccess({ brokers, ...access })
    return kafkaClient({ brokers, clientId: CONNECT, security, logger, retries: 0 }, sockets)
  }
}

const read = (log: KafkaLog, topic: string): Promise<void> =>
  log.readRange({ topic, partition: 0, from: 0n, to: 1n }, () => Promise.resolve(false))

/** Resolves once it is a member; rejects when it may not be. */
async function join(log: KafkaLog, groupId: string): Promise<void> {
  let begun: () => void = () => undefined
  let crash: (error: unknown) => void = () => undefined
  const joined = new Promise<void>((resolve, reject) => ([begun, crash] = [resolve, reject]))
  joined.catch(() => undefined)
  const topics = [[`${groupId}-configs`]]
  const consumer = log.groupConsumer({
    groupId,
    topics,
    concurrency: 1,
    onCrash: crash,
    onAssignment: begun,
  })
  try {
    await consumer.start(() => Promise.resolve({ kind: 'done' }))
    await joined
  } finally {
    await consumer.stop()
  }
}

async function write(kafka: Kafka, topic: string): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  try {
    await producer.connect()
    await producer.send({ topic, messages: [{ key: 'a', value: null }] })
  } finally {
    await producer.disconnect()
  }
}

/** Only asks: a topic that exists is refused for that reason, after the rights. */
async function create(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.createTopics({ topics: [{ topic }], validateOnly: true })
  } finally {
    await admin.disconnect()
  }
}

/** The right as asked of a topic that exists already. */
const asked = (right: Right): Right => ({ ...right, isForMissing: false })
