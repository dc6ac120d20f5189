import { sampleConfig } from './sample-config'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demandRights } from '../../src/cli/rights/demand-rights'
import type { AppConfig } from '../../src/app/app-config'
import type { Admin } from '../../src/broker/kafka/kafkajs'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from '../../src/broker/kafka/kafkajs'
import type { Right, VerbWithRights } from '../../src/rights'
import { choosePorts } from '../../src/dev-stack/ports/ports'
import type { Ports } from '../../src/dev-stack/ports/ports'
import type { Stack, StackOptions } from '../../src/dev-stack/stack'
import { startStack } from '../../src/dev-stack/start-stack'
import { waitFor } from './wait-for'

/** Users of the listener that asks for passwords. */
export const FACTS = 'facts'
export const CONNECT = 'connect'
const passwordOf = (user: string): string => `secret of ${user}`
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required'

const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
} as const
const PATTERNS = {
  literal: ResourcePatternTypes.LITERAL,
  prefixed: ResourcePatternTypes.PREFIXED,
} as const

/** The local stack on a broker that denies by default: two users have what they are given, the listener in the open has all. */
export class AclCluster {
  private constructor(
    readonly stack: Stack,
    private readonly home: string,
    private readonly ports: Ports,
    private readonly admin: Admin,
  ) {}

  /** Connect has these rights from its start on. */
  static async start(connect: readonly Right[]): Promise<AclCluster> {
    const home = mkdtempSync(join(tmpdir(), 'facts-acls-'))
    const ports = await choosePorts({ usual: {} })
    const options = optionsOf(home, ports)
    const first = await startStack({ ...options, services: ['kafka'] })
    const before = await connectedAdmin(ports)
    await before.createAcls({ acl: connect.map((right) => entryOf(CONNECT, right)) })
    await before.disconnect()
    await first.stop()
    const stack = await startStack({ ...options, application: 'wildapp' })
    return new AclCluster(stack, home, ports, await connectedAdmin(ports))
  }

  /** Of a user with the granted rights. */
  get config(): AppConfig {
    return sampleConfig({ env: this.environment })
  }

  /** Of a client that is to the broker what the Connect worker is. */
  get connectConfig(): AppConfig {
    return sampleConfig({ env: this.environmentOf(CONNECT) })
  }

  get environment(): Readonly<Record<string, string>> {
    return this.environmentOf(FACTS)
  }

  private environmentOf(user: string): Readonly<Record<string, string>> {
    return {
      FACTS_HOME: this.home,
      FACTS_LOG_LEVEL: 'silent',
      NO_COLOR: '1',
      FACTS_KAFKA_BROKERS: `127.0.0.1:${this.ports.kafka2}`,
      FACTS_KAFKA_TLS: 'false',
      FACTS_KAFKA_SASL_MECHANISM: 'plain',
      FACTS_KAFKA_USERNAME: user,
      FACTS_KAFKA_PASSWORD: passwordOf(user),
    }
  }

  /** Of who may do everything. */
  get openConfig(): AppConfig {
    return sampleConfig({ env: { FACTS_HOME: this.home, FACTS_LOG_LEVEL: 'silent' } })
  }

  /** These rights, and no others. */
  async allow(rights: readonly Right[], user = FACTS): Promise<void> {
    await this.admin.deleteAcls({
      filters: [
        {
          resourceType: AclResourceTypes.ANY,
          operation: AclOperationTypes.ANY,
          resourcePatternType: ResourcePatternTypes.ANY,
          permissionType: AclPermissionTypes.ANY,
          principal: `User:${user}`,
        },
      ],
    })
    if (rights.length === 0) return
    await this.admin.createAcls({ acl: rights.map((right) => entryOf(user, right)) })
  }

  /** Waits until the verb is allowed: a broker learns of a change a moment after it was answered. */
  allowed(verb: VerbWithRights): Promise<true> {
    return waitFor(`${verb} to be allowed`, () =>
      demandRights(this.config, verb).then(
        () => true as const,
        () => false,
      ),
    )
  }

  /** Waits until the verb is refused with these words among others, and gives all that it says. */
  refused(verb: VerbWithRights, words: string): Promise<Error> {
    return waitFor(`${verb} to be refused with "${words}"`, () =>
      demandRights(this.config, verb).then(
        () => undefined,
        (error: unknown) => {
          return error instanceof Error && error.message.includes(words) ? error : undefined
        },
      ),
    )
  }

  /** By a client of its own: one that has asked for a topic fails when that is deleted. */
  async createTopic(topic: string): Promise<void> {
    await this.admin.createTopics({ topics: [{ topic }] })
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.admin.deleteTopics({ topics: [topic] })
  }

  async stop(): Promise<void> {
    await this.admin.disconnect()
    await this.stack.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** The rights but one, of which DESCRIBE is left: it is implied by READ and WRITE, and often enough. */
export function without(all: readonly Right[], lost: Right): readonly Right[] {
  const rest = all.filter((right) => right !== lost)
  const implies = lost.operation === 'READ' || lost.operation === 'WRITE'
  return implies ? [...rest, { ...lost, operation: 'DESCRIBE' }] : rest
}

const entryOf = (user: string, { operation, resource, name, pattern }: Right) => ({
  principal: `User:${user}`,
  host: '*',
  permissionType: AclPermissionTypes.ALLOW,
  operation: AclOperationTypes[operation],
  resourceType: RESOURCES[resource],
  resourceName: name,
  resourcePatternType: PATTERNS[pattern],
})

async function connectedAdmin({ kafka }: Ports): Promise<Admin> {
  const admin = new Kafka({
    brokers: [`127.0.0.1:${kafka}`],
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  return admin
}

function optionsOf(home: string, ports: Ports): StackOptions {
  const { kafka2: sasl, kafka, controller, postgres, registry, connect } = ports
  const listeners = `PLAINTEXT://127.0.0.1:${kafka},SASL://127.0.0.1:${sasl}`
  const users = [FACTS, CONNECT].map((user) => `user_${user}="${passwordOf(user)}"`)
  const client = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `${PLAIN} username="${CONNECT}" password="${passwordOf(CONNECT)}";`,
  }
  const prefixed = ['', 'producer.', 'admin.'].flatMap((prefix) =>
    Object.entries(client).map(([name, value]) => [`${prefix}${name}`, value]),
  )
  return {
    home,
    ports: { postgres, kafka, controller, registry, connect },
    settings: {
      kafka: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        listeners: `${listeners},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': listeners,
        'listener.security.protocol.map':
          'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
        'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.sasl.plain.sasl.jaas.config': `${PLAIN} ${users.join(' ')};`,
      },
      connect: { ...Object.fromEntries(prefixed), 'bootstrap.servers': `127.0.0.1:${sasl}` },
    },
  }
}
