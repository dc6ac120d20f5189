import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FactsError } from '../../errors'
import { jvmArgs, loggingFile, propertiesFile } from './jvm'
import type { JvmTuning } from './jvm'
import { KAFKA_NODES } from '../ports/kafka-nodes'
import type { ServiceSpec } from './service'
import type { ServiceName } from './stack-event'
import type { StackHome } from './stack-home'

/** What Kafka's documentation recommends ("Java Version"), with 4 GiB of the 6 that it gives a large cluster. */
export const BROKER_AT_FULL_SPEED: readonly string[] = [
  '-Xms4g',
  '-Xmx4g',
  '-XX:MetaspaceSize=96m',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:G1HeapRegionSize=16M',
  '-XX:MinMetaspaceFreeRatio=50',
  '-XX:MaxMetaspaceFreeRatio=80',
  '-XX:+ExplicitGCInvokesConcurrent',
]

/** A broker and controller (KIP-500). */
export interface KafkaNode {
  readonly id: number
  readonly name: ServiceName
  readonly port: number
  readonly controllerPort: number
}

export interface KafkaOptions {
  readonly home: StackHome
  readonly java: string
  /** Folder of Kafka's jars. */
  readonly libs: string
  readonly node: KafkaNode
  /** All of the cluster, this one among them. */
  readonly nodes: readonly KafkaNode[]
  /** What the storage is formatted with, the same for all nodes. */
  readonly clusterId: string
  readonly path: string
  readonly tuning: JvmTuning
  /** Broker settings over the stack's own. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Formats the storage when there is none and says how to run the node. Throws FactsError SERVICE_FAILED. */
export async function kafkaServer(options: KafkaOptions): Promise<ServiceSpec> {
  const { home, java, path, node } = options
  const folder = nodeFolder(home, node)
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'server.properties')
  const logging = join(folder, 'log4j2.yaml')
  writeFileSync(config, propertiesFile(settings(options)))
  writeFileSync(
    logging,
    loggingFile({
      'org.apache.kafka.common.config': 'WARN',
      'kafka.server.KafkaConfig': 'WARN',
      // With an authorizer, which the stack itself has not: also what was allowed.
      'kafka.authorizer.logger': 'DEBUG',
    }),
  )
  const env = { PATH: path }
  const classpath = join(options.libs, '*')
  const flags = jvmArgs({
    heap: 512,
    tuning: options.tuning,
    atFullSpeed: BROKER_AT_FULL_SPEED,
    properties: { 'log4j2.configurationFile': logging },
  })
  if (!existsSync(join(folder, 'data', 'meta.properties'))) {
    await format(options, [...flags, '-cp', classpath], config)
  }
  return {
    name: node.name,
    command: java,
    args: [...flags, '-cp', classpath, 'kafka.Kafka', config],
    env,
    cwd: folder,
    isReady: () => Promise.resolve(saysStarted(join(home.logs, `${node.name}.log`))),
    stopSignal: 'SIGTERM',
    stopTimeout: 4_000,
  }
}

/** Where a node keeps its data. */
export function nodeFolder({ root }: StackHome, { name }: Pick<KafkaNode, 'name'>): string {
  return join(root, name)
}

/** Broker and controller at once (KIP-500). Internal topics are small: fewer partitions to load. */
function settings(options: KafkaOptions): Readonly<Record<string, string | number>> {
  const { node, nodes, home } = options
  const { id, port, controllerPort } = node
  const replicas = Math.min(3, nodes.length)
  const minInSync = Math.max(1, replicas - 1)
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes
      .map((voter) => `${voter.id}@127.0.0.1:${voter.controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(nodeFolder(home, node), 'data'),
    // Topics are made with explicit settings; a missing one is an error, not a topic with one partition.
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replicas,
    'min.insync.replicas': minInSync,
    'offsets.topic.num.partitions': 8,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minInSync,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    ...options.settings,
  }
}

async function format(
  { java, home, path, node, clusterId }: KafkaOptions,
  jvm: readonly string[],
  config: string,
): Promise<void> {
  const tool = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId]
  try {
    await promisify(execFile)(java, [...jvm, ...tool, '-c', config], {
      env: { PATH: path },
      cwd: nodeFolder(home, node),
      timeout: 60_000,
    })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n  ')
    throw new FactsError(
      'SERVICE_FAILED',
      `Could not format Kafka's storage in ${nodeFolder(home, node)}. Last lines:\n  ${lines}`,
      { cause },
    )
  }
}

/** That of the nodes whose storage is formatted already, or a new one. */
export function clusterIdOf(home: StackHome): string {
  for (const node of KAFKA_NODES) {
    const file = join(nodeFolder(home, node), 'data', 'meta.properties')
    const found = existsSync(file) && /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]
    if (typeof found === 'string') return found.trim()
  }
  return newClusterId()
}

/** A Kafka Uuid: 16 bytes in URL-safe base64; one that begins with a dash would read as an option. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

/** The broker accepts connections before it can serve them; only this line says that it is through. */
function saysStarted(log: string): boolean {
  return existsSync(log) && readFileSync(log, 'utf8').includes('Kafka Server started')
}
