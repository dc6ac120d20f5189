import { commandLine } from '../command-line'
import type { Catalog, CatalogColumn, CatalogTable } from './catalog'
import type { Capture, Examined } from './capture-rules'
import { declarationOf, nameOf } from './capture-rules'
import { identifier } from './check-identity'
import type { DeclaredColumn, DeclaredTable } from './declared-table'
import { declaredNameOf } from './postgres-type'
import type { SourceFinding, SourceRule } from './source-finding'
import { stopsConnector } from './stops-connector'

/** Whether the declared tables and columns match the catalog. */
export function checkColumns(examined: Examined): readonly SourceFinding[] {
  const found = examined.catalog.tables.flatMap((table) => {
    const declaration = declarationOf(table, examined)
    if (declaration === undefined) return []
    return [
      ...ofTable(table, declaration),
      ...declaration.columns.flatMap((column) => ofColumn(table, column, examined)),
    ]
  })
  return [...missingTables(examined), ...found]
}

function missingTables(examined: Examined): readonly SourceFinding[] {
  const { declared, catalog } = examined
  const there = new Set(catalog.tables.map((table) => declarationOf(table, examined)?.topic))
  return declared
    .filter(({ topic }) => !there.has(topic))
    .map(({ topic }) => ({
      rule: 'missing-table',
      status: 'fail',
      where: topic,
      what: 'is declared, but the database has no table that is captured to it',
      remedy:
        'Correct database.url (FACTS_DATABASE_URL) or the topic in the declaration, or create the table.',
    }))
}

function ofTable(table: CatalogTable, declaration: DeclaredTable): readonly SourceFinding[] {
  const { quoted, key, identity } = table
  const findings: SourceFinding[] = []
  const declaredKey = declaration.columns.filter(({ isKey }) => isKey).map(({ name }) => name)
  const actual = key?.columns ?? []
  const same = declaredKey.length === actual.length && declaredKey.every((c) => actual.includes(c))
  if (key !== null && !same) {
    findings.push({
      rule: 'key-differs',
      status: 'fail',
      where: quoted,
      what: `has the primary key (${actual.join(', ')}), and declared is (${declaredKey.join(', ')})`,
      remedy: 'Declare the columns of the primary key as `key`.',
    })
  }
  if (declaration.replicaIdentity === 'full' && identity !== 'full') {
    findings.push({
      rule: 'declared-identity',
      status: 'fail',
      where: quoted,
      what: `is declared with replicaIdentity 'full' but does not have it: "before" of a change has default values`,
      remedy: `ALTER TABLE ${quoted} REPLICA IDENTITY FULL;`,
    })
  }
  return findings
}

function ofColumn(
  table: CatalogTable,
  declared: DeclaredColumn,
  examined: Examined,
): readonly SourceFinding[] {
  const column = table.columns.find(({ name }) => name === declared.name)
  const finding = (rule: SourceRule, what: string, remedy: string): SourceFinding => ({
    rule,
    status: 'fail',
    what,
    remedy,
    where: `${table.quoted}.${column?.quoted ?? identifier(declared.name)}`,
    ...(column === undefined || column.since === null ? {} : { since: column.since }),
  })
  if (column === undefined) {
    return [
      finding(
        'missing-column',
        'is declared but does not exist',
        'Remove it from the declaration, or add it to the table before the pipeline starts.',
      ),
    ]
  }
  const findings: SourceFinding[] = []
  const type = declaredNameOf(examined.catalog.types, column.type)
  if (!declared.types.includes(type)) {
    findings.push(
      finding(
        'column-type',
        `is ${column.written}, and declared with a builder for ${declared.types.join(', ')}`,
        'Declare it with the builder for its type (docs/reference/column-types.md), or change the type back.',
      ),
    )
  }
  if (!column.isNotNull && !declared.isNullable && !declared.isKey) {
    findings.push({
      ...finding(
        'nullability',
        'may be NULL but is declared without .nullable(): a row without a value becomes a dead letter',
        `Declare it .nullable(), or ALTER TABLE ${table.quoted} ALTER COLUMN ${column.quoted} SET NOT NULL;`,
      ),
      status: 'warn',
    })
  }
  if (column.generated !== 'no' && !isPublished(column, table, examined)) {
    findings.push(
      finding(
        'generated-column',
        `is GENERATED (${column.generated.toUpperCase()}), and streamed changes do not contain it; a snapshot does`,
        generatedRemedy(column, examined),
      ),
    )
  }
  const risk = declaredRisk(table, column, examined)
  return risk === undefined ? findings : [...findings, risk]
}

function isPublished(column: CatalogColumn, table: CatalogTable, { catalog }: Examined): boolean {
  if (column.generated !== 'stored') return false
  return table.publishedColumns?.includes(column.name) ?? catalog.publication?.generated ?? false
}

function generatedRemedy({ generated }: CatalogColumn, { catalog, capture }: Examined): string {
  const instead =
    'Remove it from the declaration and compute it in the fact from the columns that it is generated from.'
  if (generated === 'virtual' || catalog.serverVersion < 180_000) return instead
  return `${instead} Or have it published: ALTER PUBLICATION ${identifier(capture.publication)} SET (publish_generated_columns = stored);`
}

function declaredRisk(
  table: CatalogTable,
  column: CatalogColumn,
  { catalog }: Examined,
): SourceFinding | undefined {
  const stops = stopsConnector(catalog.types, column.type, column.modifier)
  if (stops === 'never' || (stops === 'toasted' && writesWholeRows(table, catalog)))
    return undefined
  const holders = table.isPartitioned
    ? catalog.tables.filter(({ root }) => root === table.quoted)
    : [table]
  const full = holders.map(({ quoted }) => `ALTER TABLE ${quoted} REPLICA IDENTITY FULL;`).join(' ')
  const common = {
    rule: 'stops-connector',
    status: 'warn',
    where: `${table.quoted}.${column.quoted}`,
  } as const
  if (stops === 'toasted') {
    return {
      ...common,
      what: `is ${column.written}: an update that leaves alone a value that is stored out of line (more than about 2 kB in the row) stops the connector for every table`,
      remedy: `${full} Or remove the column from the declaration and run ${commandLine('register-connector')}, which then excludes it.`,
    }
  }
  return {
    ...common,
    what: `is ${column.written}, and some of its values stop the connector for every table (in arrays of numeric NaN and Infinity, in arrays of enums, domains and composites NULL, any bit[])`,
    remedy: `Remove the column from the declaration and run ${commandLine('register-connector')}, which then excludes it; or prevent such values by a CHECK constraint, and ${full}`,
  }
}

/** Whether it has REPLICA IDENTITY FULL; a partitioned table, in each partition. */
function writesWholeRows(table: CatalogTable, { tables }: Catalog): boolean {
  const partitions = tables.filter(
    ({ root, isPartitioned }) => root === table.quoted && !isPartitioned,
  )
  const holders = table.isPartitioned ? partitions : [table]
  return holders.every(({ identity }) => identity === 'full')
}

/** The undeclared columns of published tables that may stop the connector, and so have to be excluded. */
export function columnsToExclude(
  examined: Examined,
): readonly { readonly table: CatalogTable; readonly column: CatalogColumn }[] {
  const { tables, types } = examined.catalog
  return tables
    .filter(({ isPublished }) => isPublished)
    .flatMap((table) => {
      const declared = new Set(declarationOf(table, examined)?.columns.map(({ name }) => name))
      const isKey = (name: string): boolean => table.key?.columns.includes(name) ?? false
      return table.columns
        .filter(({ name }) => !declared.has(name) && !isKey(name))
        .filter(({ type, modifier }) => {
          const stops = stopsConnector(types, type, modifier)
          return (
            stops === 'values' || (stops === 'toasted' && !writesWholeRows(table, examined.catalog))
          )
        })
        .map((column) => ({ table, column }))
    })
}

/** Columns that should be excluded and are not: the next such value stops the connector. */
export function checkExcluded(examined: Examined): readonly SourceFinding[] {
  const { excludedColumns } = examined.capture
  if (excludedColumns === undefined) return []
  return columnsToExclude(examined)
    .filter(({ table, column }) => !excludes(examined.capture, table, column))
    .map(({ table, column }) => ({
      rule: 'stops-connector',
      status: 'fail',
      where: `${table.quoted}.${column.quoted}`,
      what: `is ${column.written}, is not declared, and some of its values or changes stop the connector for every table`,
      ...(column.since === null ? {} : { since: column.since }),
      remedy: `${commandLine('register-connector')}, which excludes it; nothing is lost, also when the connector has failed already.`,
    }))
}

function excludes(
  { excludedColumns }: Capture,
  table: CatalogTable,
  { name }: CatalogColumn,
): boolean {
  return excludedColumns?.matches(`${nameOf(table)}.${name}`) ?? false
}
