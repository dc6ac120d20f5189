import { acknowledgedTopic, internalTopics } from './topology/internal-topics'
import type { Topology } from './topology/topology'

/** Verbs that use Kafka, and the Kafka Connect worker with its connector. */
export const VERBS_WITH_RIGHTS = [
  'provision',
  'pipeline',
  'feed',
  'watch',
  'audit',
  'dead-letters list',
  'dead-letters show --full',
  'dead-letters replay',
  'dead-letters drop',
  'resync',
  'resync --remove',
  'resync --all',
  'connect',
] as const

export type VerbWithRights = (typeof VERBS_WITH_RIGHTS)[number]

export type Operation = 'READ' | 'WRITE' | 'CREATE' | 'DESCRIBE'
export type ResourceType = 'topic' | 'group' | 'transactional-id'

/** One ACL, as kafka-acls.sh takes it. READ and WRITE imply DESCRIBE. */
export interface Right {
  readonly operation: Operation
  readonly resource: ResourceType
  readonly name: string
  readonly pattern: 'literal' | 'prefixed'
  /** Resource names under the pattern that are used, for checking the right. */
  readonly used: readonly string[]
  /** Whether it is needed only while the topic does not exist. */
  readonly isForMissing?: boolean
}

/** Group and topics of a Connect worker in the local stacks; another worker has its own in its configuration. */
const WORKER = 'facts-connect'
const WORKER_TOPICS = ['configs', 'offsets', 'status'].map((name) => `${WORKER}-${name}`)

export interface RightsOptions {
  readonly topology: Topology
  readonly applicationId: string
  /** Debezium's topic.prefix. */
  readonly connector: string
}

/**
 * The minimum rights of each verb: test/integration/acls.test.ts revokes each, and the broker refuses the verb's work. Of Kafka
 * Connect it refuses what a worker was seen to use each for.
 */
export function rightsOf(
  options: RightsOptions,
): Readonly<Record<VerbWithRights, readonly Right[]>> {
  const { topology, applicationId, connector } = options
  const inputs = [
    ...new Set([...topology.sources, ...topology.globalTables].map(({ topic }) => topic)),
  ]
  const sources = [...new Set(topology.sources.map(({ topic }) => topic))]
  const facts = [...new Set(topology.sinks.map(({ topic }) => topic))]
  const { deadLetters } = topology
  const internal = internalTopics(topology, applicationId).map(({ topic }) => topic)
  const cursors = acknowledgedTopic(applicationId)
  const transactions = `${connector}.transaction`
  const heartbeats = `__debezium-heartbeat.${connector}`

  const topics = (operation: Operation, names: readonly string[]): Right[] =>
    names.map((name) => literal(operation, 'topic', name))
  const own = (operation: Operation): Right =>
    prefixed(operation, 'topic', `${applicationId}-`, internal)
  const made = (operation: Operation): Right[] => [
    ...topics(operation, [...inputs, ...facts, deadLetters, cursors]),
    own(operation),
  ]
  const transactional = (name: string, used: readonly string[]): Right =>
    prefixed('WRITE', 'transactional-id', name, used)
  const letters = [...topics('READ', [deadLetters]), own('READ')]
  const replay = [
    ...letters,
    own('WRITE'),
    literal('WRITE', 'transactional-id', `${applicationId}.replay`),
  ]
  const removal = [
    own('READ'),
    own('WRITE'),
    literal('WRITE', 'transactional-id', `${applicationId}.hand-over`),
  ]
  return {
    provision: [...made('DESCRIBE'), ...made('CREATE').map(forMissing)],
    pipeline: [
      ...topics('READ', inputs),
      // A start looks whether the facts of the known rows are still there.
      ...topics('READ', facts),
      ...topics('WRITE', [...facts, deadLetters]),
      own('READ'),
      own('WRITE'),
      literal('READ', 'group', applicationId),
      transactional(
        `${applicationId}.`,
        sources.map((topic) => `${applicationId}.${topic}.0`),
      ),
    ],
    feed: [
      ...topics('READ', [...facts, cursors]),
      ...topics('WRITE', [cursors]),
      transactional(`${cursors}.`, [`${cursors}.acl-question`]),
    ],
    watch: topics('READ', [...inputs, ...facts, deadLetters]),
    audit: topics('READ', [...inputs, transactions]),
    'dead-letters list': letters,
    'dead-letters show --full': [...letters, ...topics('READ', sources)],
    'dead-letters replay': replay,
    'dead-letters drop': replay,
    resync: [own('READ')],
    'resync --remove': removal,
    'resync --all': removal,
    connect: [
      ...topics('READ', WORKER_TOPICS),
      ...topics('WRITE', WORKER_TOPICS),
      ...topics('CREATE', WORKER_TOPICS).map(forMissing),
      literal('READ', 'group', WORKER),
      prefixed('WRITE', 'topic', `${connector}.`, [...inputs, transactions]),
      prefixed('CREATE', 'topic', `${connector}.`, [...inputs, transactions]),
      literal('WRITE', 'topic', heartbeats),
      literal('CREATE', 'topic', heartbeats),
    ],
  }
}

/** The right as text for messages. */
export const describeRight = ({ operation, resource, name, pattern }: Right): string =>
  `${operation} on ${resource === 'transactional-id' ? 'transactional id' : resource} ${name}${pattern === 'prefixed' ? '*' : ''}`

const literal = (operation: Operation, resource: ResourceType, name: string): Right => ({
  operation,
  resource,
  name,
  pattern: 'literal',
  used: [name],
})

const prefixed = (
  operation: Operation,
  resource: ResourceType,
  name: string,
  used: readonly string[],
): Right => ({ operation, resource, name, pattern: 'prefixed', used })

const forMissing = (right: Right): Right => ({ ...right, isForMissing: true })

/** ACLs of one resource. */
export interface Acl extends Pick<Right, 'resource' | 'name' | 'pattern'> {
  readonly operations: readonly Operation[]
}

/** The same rights, those of one resource together. */
export function aclsOf(rights: readonly Right[]): readonly Acl[] {
  const acls = new Map<string, Acl>()
  for (const { resource, name, pattern, operation } of rights) {
    const id = `${resource} ${pattern} ${name}`
    const operations = [...(acls.get(id)?.operations ?? []), operation]
    acls.set(id, { resource, name, pattern, operations })
  }
  return [...acls.values()]
}

/** The kafka-acls commands that grant the ACLs, one for each resource. */
export function aclCommands(
  rights: readonly Right[],
  { principal, brokers }: { readonly principal: string; readonly brokers: readonly string[] },
): readonly string[] {
  return aclsOf(rights).map(({ resource, name, pattern, operations }) =>
    [
      'kafka-acls.sh',
      '--bootstrap-server',
      brokers.join(','),
      '--add',
      '--allow-principal',
      quoted(principal),
      ...operations.flatMap((operation) => ['--operation', operation]),
      `--${resource}`,
      quoted(name),
      '--resource-pattern-type',
      pattern,
    ].join(' '),
  )
}

/** Quotes an argument for a shell. */
const quoted = (text: string): string =>
  /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
