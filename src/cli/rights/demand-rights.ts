import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { kafkaAccess } from '../../compose/app'
import type { Config } from '../../config/config'
import { FactsError } from '../../errors'
import type { KafkaConfig } from '../../config/kafka-config'
import { refusedRights } from '../../broker/kafka/admin/refused-rights'
import type { Right, VerbWithRights } from '../../rights'
import { createLogger } from '../../telemetry'
import { declaredRights } from './declared-rights'

/** Whom brokers know us as, unless they rewrite it (ssl.principal.mapping.rules). */
export function principalOf({ username, certFile }: KafkaConfig): string {
  if (username !== undefined) return `User:${username}`
  if (certFile === undefined) return 'User:ANONYMOUS'
  const { subject } = new X509Certificate(readFileSync(certFile))
  // RFC 2253, as Java has it: the last comes first.
  return `User:${subject.split('\n').reverse().join(',')}`
}

/** A right that is lacking, with a name that it was asked about. */
export interface LackingRight {
  readonly right: Right
  readonly name: string
}

/** What of these rights the cluster does not allow, once for each. Throws as `refusedRights` does. */
export async function lackingRights(
  config: Config,
  rights: readonly Right[],
): Promise<readonly LackingRight[]> {
  const asked = rights.flatMap((right) => right.used.map((name) => ({ ...right, name, right })))
  const { brokers } = config.kafka
  const client = {
    ...{ brokers, clientId: config.pipeline.applicationId, security: kafkaAccess(config.kafka) },
    logger: createLogger({ level: 'silent', format: 'json' }),
  }
  const refused = await refusedRights(client, asked)
  const first = new Map<Right, LackingRight>()
  for (const { right, name } of refused) {
    if (!first.has(right)) first.set(right, { right, name })
  }
  return [...first.values()]
}

/** As a person says it: the name that is used, and the prefix that covers it. */
export function describeLacking({ right, name }: LackingRight): string {
  const kind = right.resource === 'transactional-id' ? 'transactional id' : right.resource
  const prefix = right.pattern === 'prefixed' ? ` (or the prefix ${right.name})` : ''
  return `${right.operation} on ${kind} ${name}${prefix}`
}

/** What a message names of many: as a rule, all of it. */
const SHOWN = 30

/** Of what kind an answer is that no waiting changes. */
const REFUSALS: ReadonlySet<string> = new Set(['NOT_AUTHORIZED', 'NOT_AUTHENTICATED', 'TLS_FAILED'])

/**
 * Throws NOT_AUTHORIZED with principal, operations and resources when the verb lacks a right, and NOT_AUTHENTICATED or
 * TLS_FAILED. When the cluster does not answer it says nothing: the verb itself waits for it, or says so.
 */
export async function demandRights(config: Config, verb: VerbWithRights): Promise<void> {
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
    `Kafka does not allow ${principalOf(config.kafka)} what "facts ${verb}" needs: ${named}${more}. "facts describe --acls" prints the commands that allow it; see docs/acls.md.`,
  )
}

/** What a verb ended with, as the right that it lacks when it is that. */
export async function namedRefusal(
  config: Config,
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

/** Does the work of a verb that is allowed to do it. Throws NOT_AUTHORIZED, also for a right that is withdrawn meanwhile. */
export async function withRights<T>(
  config: Config,
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
