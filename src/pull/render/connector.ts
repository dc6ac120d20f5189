import { HEARTBEAT } from '../../source/capture-rules'
import type { AppNames } from '../plan'

/** A connector file: the settings that this package needs, and why, are those of its own sample. */
export interface ConnectorTemplate {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

/** Settings of the sample's own tables. */
const OF_SAMPLE = /^(snapshot\.select\.statement\.overrides|topic\.creation\.ordered)/

/** The connector of an application, made of the sample's. */
export function connectorFile({ config }: ConnectorTemplate, app: AppNames): string {
  const kept = Object.entries(config).filter(([key]) => !OF_SAMPLE.test(key))
  const own: Readonly<Record<string, string>> = {
    'database.user': app.role,
    'topic.prefix': app.name,
    'slot.name': app.publication,
    'publication.name': app.publication,
    'topic.creation.groups': 'bookkeeping',
    'topic.creation.bookkeeping.include': `${app.name.replaceAll('.', '\\.')}\\.transaction,__debezium-heartbeat\\.${app.name}`,
    'table.include.list': `\${CAPTURED_TABLES},(?!.*\\.${HEARTBEAT}$).*`,
  }
  const settings = kept.map(([key, value]) => [key, own[key] ?? value] as const)
  return `${JSON.stringify({ name: app.name, config: Object.fromEntries(settings) }, null, 2)}\n`
}
