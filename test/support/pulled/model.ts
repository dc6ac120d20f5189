import type { ColumnModel, DatabaseModel, TableModel } from '../../../src/introspect/database-model'
import type { PostgresType } from '../../../src/source/postgres-type'

/** A type of pg_catalog by its name, for models made by hand. */
export function baseType(name: string, written = name): PostgresType {
  return {
    id: name,
    schema: 'pg_catalog',
    name,
    kind: 'b',
    base: null,
    baseModifier: -1,
    element: null,
    written,
    isToastable: false,
  }
}

const TYPES: readonly PostgresType[] = [
  baseType('int4', 'integer'),
  baseType('int8', 'bigint'),
  baseType('text'),
  { ...baseType('status'), schema: 'public', kind: 'e' },
]

export function column(name: string, type = 'text', more: Partial<ColumnModel> = {}): ColumnModel {
  return {
    name,
    quoted: name,
    type,
    modifier: -1,
    written: type,
    isNotNull: true,
    generated: 'no',
    since: null,
    comment: null,
    default: null,
    identity: 'no',
    storage: 'plain',
    dimensions: 0,
    isFinite: false,
    ...more,
  }
}

/** An ordinary table whose first column is its key. */
export function table(
  name: string,
  columns: readonly ColumnModel[],
  more: Partial<TableModel> = {},
): TableModel {
  const { schema = 'public' } = more
  return {
    id: `${schema}.${name}`,
    schema,
    name,
    quoted: `${schema}.${name}`,
    columns,
    isPartitioned: false,
    root: null,
    heirs: [],
    identity: 'default',
    identityIndex: null,
    identityIsKey: false,
    isReadable: null,
    hidesRows: false,
    isPublished: false,
    publishedColumns: null,
    refersTo: [],
    since: null,
    kind: 'ordinary',
    isLogged: true,
    comment: null,
    partitionedBy: null,
    uniques: [],
    foreignKeys: [],
    key: { name: `${name}_pkey`, columns: [columns[0]?.name ?? ''], isDeferrable: false },
    ...more,
  }
}

export function refersTo(
  columnName: string,
  to: string,
  referred = 'id',
): TableModel['foreignKeys'][number] {
  return {
    name: `${columnName}_fkey`,
    refersTo: to,
    columns: [columnName],
    referred: [referred],
    match: 'simple',
    isValidated: true,
  }
}

export function database(
  tables: readonly TableModel[],
  labels: readonly string[] = ['new', 'done'],
): DatabaseModel {
  const types = new Map(TYPES.map((type) => [type.id, type]))
  const role = {
    name: 'owner',
    isSuperuser: false,
    mayLogIn: true,
    mayReplicate: true,
    mayCreateRoles: true,
  }
  return {
    name: 'shop',
    server: {
      version: 180_000,
      walLevel: 'logical',
      maxSlots: 10,
      slots: [],
      maxWalSenders: 10,
      activeWalSenders: 0,
      role: { ...role, mayCreate: true },
      roles: [role],
      publications: [],
      host: undefined,
    },
    tables,
    others: [],
    types,
    labels: new Map([['status', labels]]),
    extensions: [],
    catalog: { publication: undefined, tables, types, serverVersion: 180_000 },
  }
}
