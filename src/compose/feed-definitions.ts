import type { AppConfig } from '../app/app-config'
import type { FeedDefinition } from '../feed/ingest/feed-definition'
import { feedDefinition } from '../feed/ingest/feed-definition'

/** The feeds served over HTTP: every fact's topic, under the fact's name. */
export function feedDefinitions({
  app: { facts, outbox },
}: Pick<AppConfig, 'app'>): readonly FeedDefinition[] {
  return facts.map((fact) =>
    feedDefinition(fact, fact.name === outbox?.fact ? outbox.fields : undefined),
  )
}
