import { factsTopology } from '../../compose/topology'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { AppConfig } from '../../app/app-config'
import type { Right, VerbWithRights } from '../../rights'
import { rightsOf } from '../../rights'

/** The rights in Kafka that each verb needs, with the declarations of this program. */
export function declaredRights(
  config: Pick<AppConfig, 'app' | 'registry' | 'pipeline'>,
): Readonly<Record<VerbWithRights, readonly Right[]>> {
  const topology = factsTopology(config)
  const named = capturedTopic(topology.sources[0]?.topic ?? '')
  const connector = config.app.format?.settings.connector ?? named.connector
  return rightsOf({ topology, applicationId: config.pipeline.applicationId, connector })
}
