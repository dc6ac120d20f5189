import type { AppConfig } from '../../app/app-config'
import { speaksTls } from '../../config/kafka-config'
import { aclCommands, VERBS_WITH_RIGHTS } from '../../rights'
import { declaredRights } from './declared-rights'
import { principalOf } from './principal-of'

/** Shell commands that grant each verb what it needs, under its name. */
export function describeAcls(config: AppConfig, principal = principalOf(config.kafka)): string {
  const rights = declaredRights(config)
  const { brokers } = config.kafka
  const parts = VERBS_WITH_RIGHTS.map((verb) => {
    const title = verb === 'connect' ? 'Kafka Connect with the connector' : `facts ${verb}`
    return [`# ${title}`, ...aclCommands(rights[verb], { principal, brokers })].join('\n')
  })
  const isSecured = speaksTls(config.kafka) || config.kafka.username !== undefined
  const note = isSecured
    ? '# Run each command as an administrator: --command-config admin.properties\n\n'
    : ''
  return `${note}${parts.join('\n\n')}`
}
