import type { Coordinates, ErrorCode } from '../../../errors'
import { FactsError, toFactsError } from '../../../errors'
import type { Decision } from '../kafkajs/error-table'
import { KAFKA_ERRORS, PASSES } from '../kafkajs/error-table'
import type { ConnectionFault } from '../kafkajs/connection-fault'

/** Decisions by the name of Kafka's protocol error, and of connection faults. */
const BY_TYPE: ReadonlyMap<string, Decision> = new Map(
  Object.entries({
    ...Object.fromEntries(KAFKA_ERRORS.map(([, name, decision]) => [name, decision])),
    // An error of a later version of Kafka.
    KAFKAJS_UNKNOWN_ERROR_CODE: 'BROKER_REFUSED',
    ...({
      TLS_UNTRUSTED: 'TLS_FAILED',
      TLS_EXPIRED: 'TLS_FAILED',
      TLS_OTHER_NAME: 'TLS_FAILED',
      TLS_REFUSED: 'TLS_FAILED',
      TLS_ASKED_FOR: 'TLS_FAILED',
    } satisfies Record<ConnectionFault, ErrorCode>),
  }),
)

const ADVICE: Partial<Record<ErrorCode, string>> = {
  BROKER_REFUSED: "Repeating does not help: see the settings of the topic and the broker's log.",
  BATCH_TOO_LARGE:
    "The topic's max.message.bytes is lower than when this process started. Restart it: batches are then limited to the new size.",
  INSTANCE_REPLACED:
    'Another process joined the group under the same instance id; give each its own (FACTS_PIPELINE_INSTANCE_ID).',
  NOT_AUTHORIZED:
    'Check the credentials and the ACLs of the topic, the group and the transactional id.',
  OFFSET_OUT_OF_RANGE:
    'Nothing was skipped. Bring the facts back to the state of the table with a new snapshot and reset the offset of the group, or start with a new application id.',
  TOPIC_MISSING: 'It was deleted, or never created; see "facts doctor".',
}

/** More specific advice, by the same names. */
const ADVICE_BY_TYPE: Readonly<Record<string, string>> = {
  INVALID_TIMESTAMP:
    "A fact has the time of its source commit. Correct the database's clock, or raise message.timestamp.before.max.ms and message.timestamp.after.max.ms of the topic.",
  OFFSET_METADATA_TOO_LARGE:
    'Raise offset.metadata.max.bytes of the brokers to 4096 (the default) or more.',
  UNSTABLE_OFFSET_COMMIT:
    'A transaction with this offset does not end. If it never does, find it with kafka-transactions.sh find-hanging.',
  INVALID_REPLICATION_FACTOR:
    'Set topics.replicationFactor (FACTS_TOPICS_REPLICATION_FACTOR) to the number of brokers or less.',
  INVALID_SESSION_TIMEOUT:
    'Set pipeline.sessionTimeoutMs (FACTS_PIPELINE_SESSION_TIMEOUT_MS) to what group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers allow.',
  GROUP_MAX_SIZE_REACHED: 'Raise group.max.size of the brokers, or start fewer instances.',
  UNSUPPORTED_VERSION: 'Brokers have to be of Kafka 2.5 or later.',
  INVALID_TRANSACTION_TIMEOUT: 'Raise transaction.max.timeout.ms of the brokers to 30000 or more.',
  SASL_AUTHENTICATION_FAILED:
    'Check kafka.username and kafka.password (FACTS_KAFKA_USERNAME, FACTS_KAFKA_PASSWORD), and that the brokers know that user for kafka.saslMechanism.',
  UNSUPPORTED_SASL_MECHANISM:
    'Set kafka.saslMechanism (FACTS_KAFKA_SASL_MECHANISM) to one that the listener has, see sasl.enabled.mechanisms of the brokers.',
  ILLEGAL_SASL_STATE:
    'The listener has no SASL authentication: remove kafka.saslMechanism, kafka.username and kafka.password, or use its other port in kafka.brokers.',
  TLS_UNTRUSTED:
    "Set kafka.caFile (FACTS_KAFKA_CA_FILE) to a PEM file with the certificate of the authority that signed the brokers' certificates.",
  TLS_EXPIRED:
    'Renew the certificate of the broker, or of its authority in kafka.caFile; if it is good, set the clock of this machine.',
  TLS_OTHER_NAME:
    'Name the brokers in kafka.brokers, and in their advertised.listeners, as their certificates do.',
  TLS_REFUSED:
    'Set kafka.certFile and kafka.keyFile (FACTS_KAFKA_CERT_FILE, FACTS_KAFKA_KEY_FILE) to a certificate that the brokers trust and that has not expired.',
  TLS_ASKED_FOR:
    'Set kafka.tls to true (FACTS_KAFKA_TLS=true), and kafka.caFile when Node.js does not trust the authority.',
}

interface KafkaErrorShape {
  readonly name?: unknown
  readonly message?: unknown
  readonly type?: unknown
  readonly code?: unknown
  readonly broker?: unknown
  readonly cause?: unknown
  readonly originalError?: unknown
  /** Errors of an aggregate. */
  readonly errors?: unknown
  /** The topic that could not be created, on each error of an aggregate of `createTopics`. */
  readonly topic?: unknown
}

/**
 * Translates any error of KafkaJS, once, at the boundary. Total: temporary errors, and KafkaJS errors that are not protocol
 * errors, get `fallback` (a lost connection, a timeout: the consequence depends on the operation), and any other error is a
 * bug and halts.
 */
export function translateKafkaError(
  error: unknown,
  fallback: ErrorCode,
  at: Coordinates = {},
): FactsError {
  if (error instanceof FactsError) return error.at(at)
  const chain = causes(error)
  for (const { type, broker, message, topic } of chain) {
    const name = typeof type === 'string' ? type : ''
    const decision = BY_TYPE.get(name)
    if (decision === undefined) continue
    const whose = typeof broker === 'string' ? broker : undefined
    const known = decision === PASSES ? fallback : decision
    const about = typeof topic === 'string' && topic !== '' ? { topic, ...at } : at
    const said = typeof message === 'string' ? message : undefined
    return factsError(known, error, about, { advice: ADVICE_BY_TYPE[name], broker: whose, said })
  }
  const foreign = chain.some(({ name, code }) => isKafka(name) || typeof code === 'string')
  return foreign ? factsError(fallback, error, at) : toFactsError(error).at(at)
}

/** The KafkaJS error that makes its consumer rejoin the group, for a rebalance. */
export function rebalanceCause(error: FactsError): Error | undefined {
  const isRebalance = error.code === 'PARTITION_LOST' || error.code === 'GROUP_REBALANCING'
  return error.cause instanceof Error && isRebalance ? error.cause : undefined
}

function factsError(
  code: ErrorCode,
  error: unknown,
  at: Coordinates,
  more: {
    readonly advice?: string | undefined
    readonly broker?: string | undefined
    /** Message of the protocol error, if another one wraps it. */
    readonly said?: string | undefined
  } = {},
): FactsError {
  const advice = more.advice ?? ADVICE[code]
  const who = more.broker === undefined ? 'Kafka' : `Kafka at ${more.broker}`
  const outer = error instanceof Error ? error.message : String(error)
  const isSaid = more.said === undefined || outer.includes(more.said)
  const message = isSaid ? outer : `${outer}: ${more.said}`
  return new FactsError(code, `${who}: ${message}${advice === undefined ? '' : `. ${advice}`}`, {
    ...at,
    cause: error,
  })
}

const isKafka = (name: unknown): boolean => typeof name === 'string' && name.startsWith('KafkaJS')

function causes(error: unknown): KafkaErrorShape[] {
  const chain: KafkaErrorShape[] = []
  let current: unknown = error
  while (typeof current === 'object' && current !== null && chain.length < 8) {
    const shape = current as KafkaErrorShape
    chain.push(shape)
    current = shape.cause ?? shape.originalError ?? (shape.errors as unknown[] | undefined)?.[0]
  }
  return chain
}
