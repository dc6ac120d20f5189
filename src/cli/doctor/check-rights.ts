import type { AppConfig } from '../../app/app-config'
import { FactsError } from '../../errors'
import { VERBS_WITH_RIGHTS } from '../../rights'
import type { Finding } from '../../dev-stack/machine/finding'
import { declaredRights } from '../rights/declared-rights'
import { describeLacking, lackingRights } from '../rights/demand-rights'
import { principalOf } from '../rights/principal-of'

/** Verbs that use the Kafka user of this process; Connect has its own. */
const VERBS = VERBS_WITH_RIGHTS.filter((verb) => verb !== 'connect')

/** Whether every verb has the rights that it needs in Kafka; the check changes nothing. */
export async function checkRights(config: AppConfig): Promise<readonly Finding[]> {
  const name = 'kafka rights'
  const rights = declaredRights(config)
  const all = VERBS.flatMap((verb) => rights[verb])
  let lacking: Awaited<ReturnType<typeof lackingRights>>
  try {
    lacking = await lackingRights(config, all)
  } catch (error) {
    // The check of Kafka itself reports why it does not answer.
    if (error instanceof FactsError) return []
    throw error
  }
  const principal = principalOf(config.kafka)
  if (lacking.length === 0) {
    return [{ name, status: 'ok', detail: `${principal} has the rights that each verb needs` }]
  }
  return VERBS.flatMap((verb): readonly Finding[] => {
    const own = lacking.filter(({ right }) => rights[verb].includes(right))
    if (own.length === 0) return []
    return [
      {
        name: `kafka rights of ${verb}`,
        status: 'fail',
        detail: `${principal} lacks ${own.map(describeLacking).join(', ')} [NOT_AUTHORIZED]`,
        remedy:
          '"facts describe --acls" prints the commands that grant it (docs/acls.md); ignore verbs that this user does not run.',
      },
    ]
  })
}
