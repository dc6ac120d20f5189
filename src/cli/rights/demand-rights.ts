import { kafkaAccess } from '../../compose/kafka'
import type { AppConfig } from '../../app/app-config'
import { FactsError, toFactsError } from '../../errors'
import type { KafkaConfig } from '../../config/kafka-config'
import { refusedRights } from '../../broker/kafka/admin/refused-rights'
import { reachBroker } from '../../broker/kafka/admin/reach-broker'
import type { Right, VerbWithRights } from '../../rights'
import { createLogger } from '../../telemetry'
import { declaredRights } from './declared-rights'
import { principalOf } from './principal-of'

/** A missing right, with the resource name for which it was checked. */
export interface LackingRight {
  readonly right: Right
  readonly name: string
}

/** Milliseconds for the question, after which the verb says that Kafka does not answer it. */
const ASK_MS = 3_000

/** The rights among these that the cluster does not grant, once each. Throws as `refusedRights` does. */
export async function lackingRights(
  config: AppConfig,
  rights: readonly Right[],
  { brokers }: Pick<KafkaConfig, 'brokers'> = config.kafka,
): Promise<readonly LackingRight[]> {
  const asked = rights.flatMap((right) => right.used.map((name) => ({ ...right, name, right })))
  const client = {
    brokers,
    clientId: config.pipeline.applicationId,
    security: kafkaAccess(config.kafka),
    logger: createLogger({ level: 'silent', format: 'json' }),
  }
  const refused = await refusedRights(client, asked, ASK_MS)
  const first = new Map<Right, LackingRight>()
  for (const { right, name } of refused) {
    if (!first.has(right)) first.set(right, { right, name })
  }
  return [...first.values()]
}

/** For messages: the name that is used, and the prefix that covers it. */
export function describeLacking({ right, name }: LackingRight): string {
  const kind = right.resource === 'transactional-id' ? 'transactional id' : right.resource
  const prefix = right.pattern === 'prefixed' ? ` (or the prefix ${right.name})` : ''
  return `${right.operation} on ${kind} ${name}${prefix}`
}

/** The most rights that a message lists; usually all of them. */
const SHOWN = 30

/** Errors that waiting does not resolve. */
const REFUSALS: ReadonlySet<string> = new Set(['NOT_AUTHORIZED', 'NOT_AUTHENTICATED', 'TLS_FAILED'])

export interface Demand {
  /** Receives what does not answer, where and what to do; default: standard error. */
  readonly say?: (line: string) => void
  /** The verb waits for Kafka, as a service does that may be started before it. */
  readonly waits?: boolean
}

/**
 * Throws NOT_AUTHORIZED with principal, operations and resources when the verb lacks a right, and NOT_AUTHENTICATED or
 * TLS_FAILED. When no broker accepts a connection, within 3 seconds: BROKER_UNAVAILABLE, or a line if the verb waits; a line also when
 * one does and then does not answer.
 */
export async function demandRights(
  config: AppConfig,
  verb: VerbWithRights,
  { say = console.error, waits = false }: Demand = {},
): Promise<void> {
  let broker: string
  try {
    broker = await reachBroker(config.kafka.brokers)
  } catch (error) {
    if (!waits) throw error
    say(`${toFactsError(error).message} Waiting for it.`)
    return
  }
  if (await answers(config, verb, [broker])) return
  say(
    `Kafka at ${broker} accepts connections but does not answer. It is still starting, or kafka.brokers / FACTS_KAFKA_BROKERS names another port. Waiting for it.`,
  )
}

/** Whether the cluster says which rights there are. Throws when the verb lacks one, or when the cluster refuses to talk. */
async function answers(
  config: AppConfig,
  verb: VerbWithRights,
  brokers = config.kafka.brokers,
): Promise<boolean> {
  let lacking: readonly LackingRight[]
  try {
    lacking = await lackingRights(config, declaredRights(config)[verb], { brokers })
  } catch (error) {
    if (REFUSALS.has(toFactsError(error).code)) throw error
    return false
  }
  if (lacking.length === 0) return true
  const named = lacking.slice(0, SHOWN).map(describeLacking).join(', ')
  const more = lacking.length > SHOWN ? ` and ${lacking.length - SHOWN} more` : ''
  throw new FactsError(
    'NOT_AUTHORIZED',
    `Kafka does not authorize ${principalOf(config.kafka)} for what "facts ${verb}" needs: ${named}${more}. "facts describe --acls" prints the commands that grant it; see docs/acls.md.`,
  )
}

/** The error of a verb, replaced by the missing right when that is the cause. */
export async function namedRefusal(
  config: AppConfig,
  verb: VerbWithRights,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof FactsError) || error.code !== 'NOT_AUTHORIZED') return error
  try {
    await answers(config, verb)
  } catch (named) {
    return named
  }
  return error
}

/** Runs the work of a verb after checking its rights. Throws NOT_AUTHORIZED, also for a right that is revoked during the work. */
export async function withRights<T>(
  config: AppConfig,
  verb: VerbWithRights,
  work: () => Promise<T>,
): Promise<T> {
  await demandRights(config, verb)
  try {
    return await work()
  } catch (error) {
    throw await namedRefusal(config, verb, error)
  }
}
