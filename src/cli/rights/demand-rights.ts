import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { kafkaAccess } from '../../compose/kafka'
import type { AppConfig } from '../../app/app-config'
import { FactsError } from '../../errors'
import type { KafkaConfig } from '../../config/kafka-config'
import { refusedRights } from '../../broker/kafka/admin/refused-rights'
import type { Right, VerbWithRights } from '../../rights'
import { createLogger } from '../../telemetry'
import { declaredRights } from './declared-rights'

/** The principal under which brokers know this process, unless they rewrite it (ssl.principal.mapping.rules). */
export function principalOf({ username, certFile }: KafkaConfig): string {
  if (username !== undefined) return `User:${username}`
  if (certFile === undefined) return 'User:ANONYMOUS'
  const { subject } = new X509Certificate(readFileSync(certFile))
  // RFC 2253, as in Java: the last part comes first.
  return `User:${subject.split('\n').reverse().join(',')}`
}

/** A missing right, with the resource name for which it was checked. */
export interface LackingRight {
  readonly right: Right
  readonly name: string
}

/** The rights among these that the cluster does not grant, once each. Throws as `refusedRights` does. */
export async function lackingRights(
  config: AppConfig,
  rights: readonly Right[],
): Promise<readonly LackingRight[]> {
  const asked = rights.flatMap((right) => right.used.map((name) => ({ ...right, name, right })))
  const { brokers } = config.kafka
  const client = {
    brokers,
    clientId: config.pipeline.applicationId,
    security: kafkaAccess(config.kafka),
    logger: createLogger({ level: 'silent', format: 'json' }),
  }
  const refused = await refusedRights(client, asked)
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

/**
 * Throws NOT_AUTHORIZED with principal, operations and resources when the verb lacks a right, and NOT_AUTHENTICATED or
 * TLS_FAILED. When the cluster does not answer it resolves: the verb itself waits for it, or reports it.
 */
export async function demandRights(config: AppConfig, verb: VerbWithRights): Promise<void> {
  let lacking: readonly LackingRight[]
  try {
    lacking = await lackingRights(config, declaredRights(config)[verb])
  } catch (error) {
    if (error instanceof FactsError && REFUSALS.has(error.code)) throw error
    return
  }
  if (lacking.length === 0) return
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
    await demandRights(config, verb)
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
