import { capturedTopic } from '../../table/shape/captured-topic'
import { FactsError } from '../../errors'
import { rowStore } from '../../fact/compile/compile'
import { tablesOf } from '../../fact/declare/tables-of'
import type { Fact } from '../../fact/declare/define-fact'
import type { Log } from '../../broker/ports'
import { keptColumns } from '../../observe/resync/kept-columns'
import type { CatalogTable } from '../../source/catalog'
import { topicOf } from '../../source/catalog'
import type { Examined } from '../../source/capture-rules'
import { declaredNameOf } from '../../source/postgres-type'
import { changelogTopic } from '../../topology/internal-topics'
import type { CatalogColumn, ColumnViews } from './plan-migration'

export interface ColumnViewsOptions {
  readonly facts: readonly Fact[]
  readonly log: Log
  readonly applicationId: string
  /** The facts' tables according to the database's catalog. */
  readonly examined: Examined
}

/** The views of each table that the facts are made of or enriched from. */
export async function columnViews(options: ColumnViewsOptions): Promise<readonly ColumnViews[]> {
  const { facts, log, applicationId, examined } = options
  const views: ColumnViews[] = []
  for (const table of tablesOf(facts)) {
    const fact = facts.find(({ from }) => from.topic === table.topic)
    const found = examined.catalog.tables.find(
      (one) => topicOf(examined.capture.topicPrefix, one) === table.topic,
    )
    const { schema, table: name } = capturedTopic(table.topic)
    views.push({
      table: found?.quoted ?? `${schema}.${name}`,
      declared: table.shape.columns,
      kept: fact && (await kept(log, changelogTopic(applicationId, rowStore(fact)))),
      catalog: found === undefined ? [] : columnsOf(found, examined),
    })
  }
  return views
}

async function kept(log: Log, changelog: string): Promise<ColumnViews['kept']> {
  try {
    return await keptColumns(log, changelog)
  } catch (error) {
    // An application that has never run has no state.
    if (error instanceof FactsError && error.code === 'TOPIC_MISSING') return undefined
    throw error
  }
}

function columnsOf(
  { columns, publishedColumns }: CatalogTable,
  { catalog: { types, publication } }: Examined,
): readonly CatalogColumn[] {
  return columns.map(({ name, type, isNotNull, generated }) => {
    const isPublished = publishedColumns?.includes(name) ?? publication?.generated === true
    const isStreamed = generated === 'no' || (generated === 'stored' && isPublished)
    return { name, type: declaredNameOf(types, type), isNotNull, isStreamed }
  })
}
