import type { PlacedColumn } from '../../table/shape/table-shape'
import type { KeptColumn } from '../../fact/history/row-schemas'
import type { UnregisteredSchema } from '../../protobuf/registry/unregistered-schema'

/** A column from PostgreSQL's catalog. */
export interface CatalogColumn {
  readonly name: string
  /** The name used in declarations; see `declaredNameOf`. */
  readonly type: string
  readonly isNotNull: boolean
  /** Whether streamed changes contain it: a generated column only when it is published. */
  readonly isStreamed: boolean
}

/** The three views of one captured table's columns. */
export interface ColumnViews {
  /** `schema.table` */
  readonly table: string
  /** The declaration to be deployed. */
  readonly declared: readonly PlacedColumn[]
  /** The declaration that wrote the state; undefined when there is none, or for a looked-up table. */
  readonly kept: readonly KeptColumn[] | undefined
  /** Undefined when the catalog was not read, empty when it has no such table. */
  readonly catalog: readonly CatalogColumn[] | undefined
}

/** What has to be done before the declaration is deployed, what may be done afterwards, and notes that need no action. */
export interface MigrationPlan {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly notes: readonly string[]
}

interface Steps {
  readonly before: string[]
  readonly after: string[]
  readonly notes: string[]
}

/** Compares the views of each table and reports only differences. */
export function planMigration(tables: readonly ColumnViews[]): MigrationPlan {
  const steps: Steps = { before: [], after: [], notes: [] }
  for (const table of tables) planTable(table, steps)
  return steps
}

function planTable(views: ColumnViews, steps: Steps): void {
  const { table, declared, kept, catalog } = views
  if (catalog?.length === 0) {
    steps.before.push(
      `CREATE TABLE ${table}, or have the connector's role see it: there is no such table`,
    )
    return
  }
  for (const placed of declared) planColumn(placed, views, steps)
  const names = new Set(declared.flatMap(({ name, column }) => [name, ...column.past.formerNames]))
  for (const { name } of kept ?? []) {
    if (!names.has(name) && catalog?.some((one) => one.name === name) === true) {
      steps.after.push(
        `ALTER TABLE ${table} DROP COLUMN ${name}, if nothing else needs it: the declaration no longer has it`,
      )
    }
  }
}

function planColumn(placed: PlacedColumn, views: ColumnViews, steps: Steps): void {
  const { table, kept, catalog } = views
  const { name, column } = placed
  const names = [name, ...column.past.formerNames]
  const before = kept?.find((one) => names.includes(one.name))
  const found = catalog?.find((one) => one.name === name)
  const former = column.past.formerNames.find((one) => catalog?.some((two) => two.name === one))
  if (kept !== undefined && before === undefined) {
    if (!column.mayBeMissing) {
      steps.before.push(
        `declare ${table}.${name} with .default(value) or .nullable(): records that are older than the column lack it`,
      )
    }
    steps.notes.push(
      `${table}.${name} is new in the declaration: facts of rows that do not change lack it until a snapshot is taken (facts resync --snapshot)`,
    )
  }
  if (catalog !== undefined && found === undefined) {
    if (former !== undefined) {
      steps.after.push(`ALTER TABLE ${table} RENAME COLUMN ${former} TO ${name}`)
    } else if (before === undefined) {
      steps.before.push(
        `ALTER TABLE ${table} ADD COLUMN ${name} ...: the database does not have it`,
      )
    } else {
      steps.before.push(
        `remove ${table}.${name} from the declaration, or declare its new name with .renamedFrom('${name}'): the database no longer has it`,
      )
    }
  }
  planType(placed, before, found ?? catalog?.find((one) => one.name === former), views, steps)
}

function planType(
  { name, column, isKey }: PlacedColumn,
  before: KeptColumn | undefined,
  found: CatalogColumn | undefined,
  { table }: ColumnViews,
  steps: Steps,
): void {
  const { type, postgresTypes, isNullable } = column
  const isRetyped = before?.kind !== undefined && before.kind !== type.kind
  if (isRetyped && isKey) {
    steps.notes.push(
      `${table}.${name} is a key column that was ${before.kind}: where Debezium writes its values in another form, its rows have other keys, and facts of the old ones stay`,
    )
  }
  if (isRetyped) {
    steps.notes.push(
      `${table}.${name} was ${before.kind} and becomes ${type.kind}: TOASTed values that were kept before are read as the new type where that means the same, and are unavailable otherwise`,
    )
  }
  if (found === undefined) return
  if (!postgresTypes.includes(found.type)) {
    if (isWider(found.type, type.kind)) {
      steps.after.push(`ALTER TABLE ${table} ALTER COLUMN ${found.name} TYPE ${type.kind}`)
    } else {
      steps.before.push(
        `declare ${table}.${name} as what it is, ${found.type}; to change its type, add a column of the new type, fill it and declare that one`,
      )
    }
  }
  if (!found.isStreamed) {
    steps.before.push(
      `remove ${table}.${name} from the declaration, or set publish_generated_columns = stored in the publication (PostgreSQL 18): streamed changes lack a generated column`,
    )
  }
  if (!found.isNotNull && !isNullable && !isKey) {
    steps.before.push(
      `declare ${table}.${name} with .nullable(), or ALTER TABLE ${table} ALTER COLUMN ${found.name} SET NOT NULL: a NULL would be a dead letter`,
    )
  }
}

/** Whether every value of the catalog's type is written as one of the kind. */
function isWider(type: string, kind: string): boolean {
  return (
    (kind === 'bigint' && (type === 'integer' || type === 'smallint')) ||
    (kind === 'integer' && type === 'smallint') ||
    (kind === 'double precision' && type === 'real')
  )
}

/** The step before a fact whose schema is not in the registry is deployed. */
export function schemaStep(topic: string, { subject, isCompatible }: UnregisteredSchema): string {
  return isCompatible
    ? `facts provision, which registers the schema of ${topic} under ${subject}: readers of the one before can read it`
    : `change the proto of ${topic}: the registry refuses it under ${subject}, because readers of the schema before could not read it. Keep the numbers and types of existing fields and only add new ones, or give the changed message a new package version and topic`
}
