import type { ForeignKey, TableModel } from '../introspect/database-model'
import { reference } from '../fact/lookups/reference'
import { identifier } from '../source/check-identity'
import type { Refusal } from './capturable'
import type { Lock } from './lock'
import { RESERVED_JOINS, snakeName } from './names'
import { idOf } from './plan-columns'
import type { ChosenColumns } from './plan-columns'

/** A lookup by the column of a foreign key. */
export interface ChosenJoin {
  readonly column: string
  readonly to: TableModel
}

export interface Tables {
  readonly lock: Lock
  /** `schema.table.column` of foreign keys that are joined from now on. */
  readonly asked: readonly string[]
  readonly byId: ReadonlyMap<string, TableModel>
  readonly columnsOf: (table: TableModel) => ChosenColumns | undefined
}

/**
 * The foreign keys that become lookups. A table's are chosen when its facts are first made: the facts are written by hand from
 * then on, and another join would be a field that they lack.
 */
export function chooseJoins(
  table: TableModel,
  tables: Tables,
): { readonly joins: readonly ChosenJoin[]; readonly left: readonly Refusal[] } {
  const known = tables.lock.known[idOf(table)]
  const joins: ChosenJoin[] = []
  const left: Refusal[] = []
  for (const foreignKey of table.foreignKeys) {
    const [column = ''] = foreignKey.columns
    // Several constraints may have one column; the first one by name is joined.
    if (foreignKey.columns.length === 1 && joins.some((join) => join.column === column)) continue
    const found = joinOf(table, foreignKey, tables)
    if ('why' in found) {
      left.push({ where: `The foreign key ${foreignKey.name} of ${table.quoted}`, ...found })
      continue
    }
    const id = `${idOf(table)}.${column}`
    const isJoined = known?.fact !== true || known.fields.some(({ of }) => of === `join ${column}`)
    if (isJoined || tables.asked.includes(id)) joins.push(found)
    else {
      left.push({
        where: `The foreign key ${foreignKey.name} of ${table.quoted}`,
        why: 'is not joined, because the fact was written before it',
        remedy: `facts pull --join ${id}`,
      })
    }
  }
  return { joins, left }
}

function joinOf(
  table: TableModel,
  { columns, refersTo, referred }: ForeignKey,
  { byId, columnsOf, lock }: Tables,
): ChosenJoin | Omit<Refusal, 'where'> {
  const to = byId.get(refersTo)
  const [column = ''] = columns
  if (lock.without.includes(`${idOf(table)}.${column}`)) return { why: 'is left out by --without' }
  if (columns.length > 1) {
    return { why: `has ${columns.length} columns, and a lookup refers by one` }
  }
  if (to === undefined) return { why: 'refers to a table that the catalog does not show' }
  if (to.id === table.id) {
    return { why: 'refers to the table itself, which is not looked up unless you write it' }
  }
  const key = to.key?.columns ?? []
  if (key.length !== 1 || key[0] !== referred[0]) {
    return {
      why: `refers to ${to.quoted} by ${referred.map(identifier).join(', ')}, and a lookup refers to the primary key`,
    }
  }
  const referring = columnsOf(table)?.columns.find((one) => one.column.name === column)
  const target = columnsOf(to)?.columns.find((one) => one.column.name === key[0])
  if (referring === undefined)
    return { why: `has the column ${identifier(column)}, which is left out` }
  if (target === undefined) return { why: `refers to ${to.quoted}, which cannot be captured` }
  if (reference(referring.mapped.column.type, target.mapped.column.type) === undefined) {
    return {
      why: `compares ${referring.column.written} with ${target.column.written}, whose text does not say what PostgreSQL finds equal`,
    }
  }
  return { column, to }
}

/** `customer_id` → customer; a column that is not named so gets the end "_row". */
export function joinName(column: string, taken: readonly string[]): string {
  const name = snakeName(column)
  const short = name.replace(/_(id|fk|key|ref)$/, '')
  const isFree = short !== name && !taken.includes(short) && !RESERVED_JOINS.includes(short)
  return isFree ? short : `${short}_row`
}
