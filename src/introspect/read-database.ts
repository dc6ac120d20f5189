import type { Client } from 'pg'
import type { Catalog } from '../source/catalog'
import { catalogOf, inSnapshot } from '../source/read-catalog'
import type {
  ColumnModel,
  DatabaseModel,
  ExtensionModel,
  ForeignKey,
  OtherRelation,
  TableModel,
} from './database-model'
import { readServer } from './read-server'
import { EXTENSIONS } from './server-queries'
import { COLUMN_DETAILS, CONSTRAINTS, LABELS, RELATIONS } from './table-queries'

export interface ReadDatabaseOptions {
  /** Publication and login role of the capture; neither need exist. */
  readonly publication: string
  readonly role: string
}

type Relation = Pick<TableModel, 'id' | 'isLogged' | 'comment' | 'partitionedBy'> & {
  readonly schema: string
  readonly name: string
  readonly quoted: string
  readonly relkind: 'r' | 'p' | 'v' | 'm' | 'f'
  readonly isPartition: boolean
}
type Details = Omit<ColumnModel, keyof Catalog['tables'][number]['columns'][number]> & {
  readonly table: string
  readonly name: string
}
type Constraint = ForeignKey & { readonly table: string; readonly kind: 'f' | 'u' }

/**
 * Reads the whole of a database from pg_catalog, as of one moment, in a fixed number of queries. Writes and locks nothing; a
 * role that may only connect sees everything but the settings that its server keeps from it.
 */
export async function readDatabase(
  client: Client,
  options: ReadDatabaseOptions,
): Promise<DatabaseModel> {
  return inSnapshot(client, async () => {
    const catalog = await catalogOf(client, { ...options, wanted: () => true })
    const relations = (await client.query<Relation>(RELATIONS)).rows
    const details = (await client.query<Details>(COLUMN_DETAILS)).rows
    const constraints = (await client.query<Constraint>(CONSTRAINTS)).rows
    const labels = await client.query<{ readonly type: string; readonly labels: string[] }>(LABELS)
    const extensions = await client.query<ExtensionModel>(EXTENSIONS)
    const { name, server } = await readServer(client)
    return {
      name,
      server,
      tables: tablesOf(catalog, relations, details, constraints),
      others: relations.flatMap(otherOf),
      types: catalog.types,
      labels: new Map(labels.rows.map((row) => [row.type, row.labels])),
      extensions: extensions.rows,
      catalog,
    }
  })
}

function tablesOf(
  catalog: Catalog,
  relations: readonly Relation[],
  details: readonly Details[],
  constraints: readonly Constraint[],
): readonly TableModel[] {
  const relationOf = new Map(relations.map((relation) => [relation.id, relation]))
  const detailsOf = new Map(details.map((one) => [`${one.table} ${one.name}`, one]))
  const constraintsOf = new Map<string, Constraint[]>()
  for (const constraint of constraints) {
    const known = constraintsOf.get(constraint.table)
    if (known === undefined) constraintsOf.set(constraint.table, [constraint])
    else known.push(constraint)
  }
  return catalog.tables.flatMap((table): readonly TableModel[] => {
    const relation = relationOf.get(table.id)
    if (relation === undefined) return []
    const own = constraintsOf.get(table.id) ?? []
    return [
      {
        ...table,
        kind: relation.isPartition ? 'partition' : table.isPartitioned ? 'partitioned' : 'ordinary',
        isLogged: relation.isLogged,
        comment: relation.comment,
        partitionedBy: relation.partitionedBy,
        columns: table.columns.map((column): ColumnModel => {
          const found = detailsOf.get(`${table.id} ${column.name}`)
          return { ...NO_DETAILS, ...found, ...column }
        }),
        uniques: own.filter(({ kind }) => kind === 'u').map(({ columns }) => columns),
        foreignKeys: own.filter(({ kind }) => kind === 'f').map(foreignKeyOf),
      },
    ]
  })
}

const NO_DETAILS: Omit<Details, 'table' | 'name'> = {
  comment: null,
  default: null,
  identity: 'no',
  storage: 'plain',
  dimensions: 0,
  isFinite: false,
}

function foreignKeyOf({
  name,
  refersTo,
  columns,
  referred,
  match,
  isValidated,
}: Constraint): ForeignKey {
  return { name, refersTo, columns, referred, match, isValidated }
}

const OTHERS = { v: 'view', m: 'materialized view', f: 'foreign table' } as const

function otherOf({ relkind, schema, name, quoted }: Relation): readonly OtherRelation[] {
  if (relkind === 'r' || relkind === 'p') return []
  return [{ schema, name, quoted, kind: OTHERS[relkind] }]
}
