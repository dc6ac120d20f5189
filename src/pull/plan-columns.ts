import type { ColumnModel, DatabaseModel, TableModel } from '../introspect/database-model'
import { stopsConnector } from '../source/stops-connector'
import type { Refusal } from './capturable'
import type { MappedColumn } from './column-mapping'
import { mapColumn } from './column-mapping'
import type { Lock } from './lock'

/** A column that is declared, before its field has a number. */
export interface ChosenColumn {
  readonly column: ColumnModel
  readonly mapped: MappedColumn
  readonly isKey: boolean
  readonly isNullable: boolean
  readonly isNullableForPast: boolean
}

export interface ChosenColumns {
  readonly columns: readonly ChosenColumn[]
  readonly left: readonly Refusal[]
}

/** The columns of a table that are declared, the key's first, in the order of the key. */
export function chooseColumns(
  database: DatabaseModel,
  table: TableModel,
  lock: Lock,
): ChosenColumns {
  const keyNames = table.key?.columns ?? []
  const inOrder = [
    ...keyNames.flatMap((name) => table.columns.filter((column) => column.name === name)),
    ...table.columns.filter(({ name }) => !keyNames.includes(name)),
  ]
  const columns: ChosenColumn[] = []
  const left: Refusal[] = []
  const known = lock.known[idOf(table)]
  for (const column of inOrder) {
    const isKey = keyNames.includes(column.name)
    const mapped = mapColumn(database, column)
    const found =
      isKey || 'why' in mapped ? mapped : (reasonToLeave(database, table, column, lock) ?? mapped)
    if ('why' in found) {
      left.push({ where: `${table.quoted}.${column.quoted}`, ...found })
      continue
    }
    // Records from before a column was added lack it, and those from before SET NOT NULL hold NULL.
    const before = known?.columns[column.name]
    const wasNullable = known !== undefined && (before === undefined || before.nullable)
    columns.push({
      column,
      mapped: found,
      isKey,
      isNullable: !isKey && (!column.isNotNull || wasNullable),
      isNullableForPast: !isKey && column.isNotNull && wasNullable,
    })
  }
  return { columns, left }
}

/** Name of a table in the lock and in messages. */
export const idOf = ({ schema, name }: Pick<TableModel, 'schema' | 'name'>): string =>
  `${schema}.${name}`

function reasonToLeave(
  database: DatabaseModel,
  table: TableModel,
  column: ColumnModel,
  lock: Lock,
): Omit<Refusal, 'where'> | undefined {
  const { name } = column
  const id = `${idOf(table)}.${name}`
  if (lock.without.includes(id)) return { why: 'is left out by --without' }
  if (name === '__proto__' || /^[0-9]+$/.test(name)) {
    return { why: 'has a name that a declaration cannot have' }
  }
  if (column.generated !== 'no' && !isPublished(column, table, database)) {
    return {
      why: `is GENERATED (${column.generated.toUpperCase()}), and no change that is streamed carries it`,
    }
  }
  if (lock.with.includes(id)) return undefined
  const stops = stopsConnector(database.types, column.type, column.modifier)
  if (stops === 'values') {
    return {
      why: `is ${column.written}, and some values of that type stop the connector for every table`,
      remedy: `facts pull --with ${id}`,
    }
  }
  const holders = holdersOf(table, database)
  if (stops === 'toasted' && !holders.every(({ identity }) => identity === 'full')) {
    const full = holders.map(({ quoted }) => `ALTER TABLE ${quoted} REPLICA IDENTITY FULL;`)
    return {
      why: `is ${column.written}, and an update that leaves alone a value of it that is stored out of line stops the connector`,
      remedy: `${full.join(' ')} facts pull`,
    }
  }
  return undefined
}

/** The tables that hold its rows. */
export function holdersOf(table: TableModel, { tables }: DatabaseModel): readonly TableModel[] {
  return table.isPartitioned
    ? tables.filter(({ root, isPartitioned }) => root === table.quoted && !isPartitioned)
    : [table]
}

function isPublished(
  { name, generated }: ColumnModel,
  table: TableModel,
  it: DatabaseModel,
): boolean {
  if (generated !== 'stored') return false
  return table.publishedColumns?.includes(name) ?? it.catalog.publication?.generated ?? false
}
