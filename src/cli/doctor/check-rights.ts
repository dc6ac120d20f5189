import type { Config } from '../../config/config'
import { FactsError } from '../../errors'
import { VERBS_WITH_RIGHTS } from '../../rights'
import type { Finding } from '../../dev-stack/finding'
import { declaredRights } from '../rights/declared-rights'
import { describeLacking, lackingRights, principalOf } from '../rights/demand-rights'

/** Those whose right to use Kafka is that of this process: Connect has its own. */
const VERBS = VERBS_WITH_RIGHTS.filter((verb) => verb !== 'connect')

/** Whether every verb may do what it needs of Kafka; asking changes nothing. */
export async function checkRights(config: Config): Promise<readonly Finding[]> {
  const name = 'kafka rights'
  const rights = declaredRights(config)
  const all = VERBS.flatMap((verb) => rights[verb])
  let lacking: Awaited<ReturnType<typeof lackingRights>>
  try {
    lacking = await lackingRights(config, all)
  } catch (error) {
    // Why Kafka does not answer is said once, by its own check.
    if (error instanceof FactsError) return []
    throw error
  }
  const principal = principalOf(config.kafka)
  if (lacking.length === 0) {
    return [{ name, status: 'ok', detail: `${principal} may do what each verb needs` }]
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
          '"facts describe --acls" prints the commands that allow it (docs/acls.md); leave out verbs that this user does not run.',
      },
    ]
  })
}
