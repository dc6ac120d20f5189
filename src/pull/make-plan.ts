import type { DatabaseModel, TableModel } from '../introspect/database-model'
import { HEARTBEAT } from '../source/capture-rules'
import { topicOf } from '../source/catalog'
import type { Refusal } from './capturable'
import { refusalOf } from './capturable'
import type { MappedColumn } from './column-mapping'
import type { Lock, LockedEnum, LockedField, LockedTable } from './lock'
import { camelName, kebabName, pascalName, RESERVED_STEMS, Scope, snakeName } from './names'
import type { NumberedFields } from './number-fields'
import { numberFields, numberLabels } from './number-fields'
import type { AppNames, ColumnPlan, JoinPlan, LookedUp, Plan, TablePlan } from './plan'
import type { ChosenColumns } from './plan-columns'
import { chooseColumns, idOf } from './plan-columns'
import type { ChosenJoin } from './plan-joins'
import { chooseJoins, joinName } from './plan-joins'
import { matchesTable } from './table-pattern'

export interface PlanOptions {
  /** Foreign keys, as `schema.table.column`, that are joined though the fact exists. */
  readonly join?: readonly string[]
}

/** What to write for the tables of a database: the same database and lock give the same plan. */
export function makePlan(
  found: DatabaseModel,
  lock: Lock,
  { join: asked = [] }: PlanOptions = {},
): Plan {
  const database = withPastLabels(found, lock)
  const app = namesOf(lock.app)
  const left: Refusal[] = []
  const chosen = new Map<string, ChosenColumns>()
  const byTopic = new Map<string, TableModel>()
  const isWanted = (table: TableModel): boolean =>
    table.kind !== 'partition' &&
    table.name !== HEARTBEAT &&
    !lock.without.includes(idOf(table)) &&
    lock.tables.some((pattern) => matchesTable(pattern, table))

  /** Decides once about a table whether it can be captured. */
  const isCaptured = (table: TableModel): boolean => {
    if (chosen.has(table.id)) return true
    const refusal = refusalOf(table)
    if (refusal !== undefined) return refused(refusal)
    const topic = topicOf(app.name, table)
    const other = byTopic.get(topic)
    if (other !== undefined && other.id !== table.id) {
      return refused({
        where: table.quoted,
        why: `would be captured to the topic of ${other.quoted}, ${topic}`,
      })
    }
    const columns = chooseColumns(database, table, lock)
    const missing = table.key?.columns.find((name) =>
      columns.columns.every(({ column }) => column.name !== name),
    )
    if (missing !== undefined) {
      const why = columns.left.find(({ where }) => where.endsWith(missing))?.why ?? ''
      return refused({ where: table.quoted, why: `has the key column ${missing}, which ${why}` })
    }
    byTopic.set(topic, table)
    chosen.set(table.id, columns)
    return true
  }
  const said = new Set<string>()
  const refused = (refusal: Refusal): false => {
    if (!said.has(refusal.where)) left.push(refusal)
    said.add(refusal.where)
    return false
  }

  const facts = database.tables.filter(isWanted).filter(isCaptured)
  const byId = new Map(database.tables.map((table) => [table.id, table]))
  const factIds = new Set(facts.map(({ id }) => id))
  const columnsOf = (table: TableModel): ChosenColumns | undefined =>
    isCaptured(table) ? chosen.get(table.id) : undefined
  const joins = new Map(
    facts.map((table) => [table.id, chooseJoins(table, { lock, asked, byId, columnsOf })]),
  )
  const lookedUp = new Set([...joins.values()].flatMap((it) => it.joins.map(({ to }) => to.id)))
  const known = database.tables.filter(
    (table) =>
      lock.known[idOf(table)] !== undefined &&
      !lock.without.includes(idOf(table)) &&
      isCaptured(table),
  )
  const used = database.tables.filter(
    (table) =>
      factIds.has(table.id) || lookedUp.has(table.id) || known.some(({ id }) => id === table.id),
  )
  const naming = new Naming(app, lock, database)
  const tables = used.map((table): Draft => {
    const before = lock.known[idOf(table)]
    const isLeftOut = lock.without.includes(idOf(table))
    const isFact = factIds.has(table.id) || (before?.fact === true && !isLeftOut)
    return {
      table,
      isFact,
      name: before?.name ?? naming.table(table),
      columns: chosen.get(table.id) ?? NO_COLUMNS,
      joins: joins.get(table.id)?.joins ?? [],
      left: joins.get(table.id)?.left ?? [],
    }
  })
  const plans = numbered(tables, { app, lock, naming })
  const there = new Set(plans.map(({ id }) => id))
  const missing = Object.keys(lock.known).filter(
    (id) => !there.has(id) && !lock.without.includes(id),
  )
  const withdrawn = Object.entries(lock.known).flatMap(
    ([id, table]): readonly (readonly [string, LockedTable])[] =>
      lock.without.includes(id) ? [[id, { ...table, fact: false }]] : [],
  )
  return {
    app,
    database,
    tables: plans,
    missing,
    left: [...left, ...database.others.filter((it) => isAsked(it, lock)).map(otherRefusal)],
    lock: {
      ...lock,
      known: {
        ...lock.known,
        ...Object.fromEntries(withdrawn),
        ...Object.fromEntries(plans.map((it) => [it.id, lockedTable(it)])),
      },
      enums: naming.enums,
    },
  }
}

/** A label that was renamed is in records from before, which are read as long as the topic has them. */
function withPastLabels(database: DatabaseModel, { enums }: Lock): DatabaseModel {
  const labels = [...database.labels].map(([id, now]): readonly [string, readonly string[]] => {
    const type = database.types.get(id)
    const known = type === undefined ? undefined : enums[`${type.schema}.${type.name}`]
    const past = known?.values.map(({ label }) => label).filter((label) => !now.includes(label))
    return [id, [...now, ...(past ?? [])]]
  })
  return { ...database, labels: new Map(labels) }
}

const NO_COLUMNS: ChosenColumns = { columns: [], left: [] }

const isAsked = (it: DatabaseModel['others'][number], { tables }: Lock): boolean =>
  tables.some((pattern) => matchesTable(pattern, it))

const otherRefusal = ({ quoted, kind }: DatabaseModel['others'][number]): Refusal => ({
  where: quoted,
  why: `is a ${kind}: it has no changes of its own to capture`,
})

/** Names that an application has in the database and in its code. */
export function namesOf(name: string): AppNames {
  const words = snakeName(name).slice(0, 40).replace(/_$/, '')
  const isTaken = RESERVED_STEMS.includes(words)
  return {
    name,
    package: isTaken ? `${words}_app` : words,
    publication: `${words}_facts`,
    role: `${words}_cdc`,
  }
}

/** A table of the plan before its fields have numbers. */
interface Draft {
  readonly table: TableModel
  readonly isFact: boolean
  readonly name: string
  readonly columns: ChosenColumns
  readonly joins: readonly ChosenJoin[]
  readonly left: readonly Refusal[]
}

/** Names of tables and enums: messages of one application, all different. */
class Naming {
  private readonly scope: Scope
  /** An enum never takes the name of a table, whichever is named first. */
  private readonly tableNames: ReadonlySet<string>
  readonly enums: Record<string, LockedEnum>

  constructor(app: AppNames, lock: Lock, { tables }: DatabaseModel) {
    this.enums = { ...lock.enums }
    this.scope = new Scope([
      ...RESERVED_STEMS,
      ...app.package.split('.'),
      ...Object.values(lock.known).map(({ name }) => name),
      ...Object.values(lock.enums).map(({ name }) => name),
    ])
    this.tableNames = new Set(tables.map(({ name }) => snakeName(name)))
  }

  table({ schema, name }: TableModel): string {
    return this.scope.claim(snakeName(schema === 'public' ? name : `${schema} ${name}`))
  }

  enumeration({ proto }: MappedColumn): LockedEnum | undefined {
    if (proto.kind !== 'enum') return undefined
    const id = `${proto.type.schema}.${proto.type.name}`
    const known = this.enums[id] ?? { name: this.enumName(proto.type.name), values: [] }
    const numbered = numberLabels(known, proto.labels)
    this.enums[id] = numbered
    return numbered
  }

  private enumName(name: string): string {
    const wanted = snakeName(name)
    const isTable = this.tableNames.has(wanted)
    return pascalName(this.scope.claim(isTable ? `${wanted}_label` : wanted))
  }
}

function numbered(
  drafts: readonly Draft[],
  { app, lock, naming }: { readonly app: AppNames; readonly lock: Lock; readonly naming: Naming },
): readonly TablePlan[] {
  const fieldsOf = new Map(drafts.map((draft) => [draft.table.id, numberedFields(draft, lock)]))
  const fieldOf = ({ table }: Draft, of: string): LockedField => {
    const found = fieldsOf.get(table.id)?.fields.find((field) => field.of === of)
    if (found === undefined) throw new Error(`${table.quoted} has no field of ${of}`)
    return found
  }
  const tables = drafts.map((draft): LookedUp & { readonly draft: Draft } => {
    const { table, name, columns, isFact, left } = draft
    return {
      draft,
      id: idOf(table),
      table,
      name,
      isFact,
      file: kebabName(name),
      identifier: camelName(name),
      message: pascalName(name),
      topic: topicOf(app.name, table),
      columns: columns.columns.map((it): ColumnPlan => {
        const field = fieldOf(draft, `column ${it.column.name}`)
        const enumeration = naming.enumeration(it.mapped)
        return { ...it, field, enumeration, property: camelName(field.name) }
      }),
      gone: fieldsOf.get(table.id)?.gone ?? [],
      left: [...columns.left, ...left],
    }
  })
  return tables.map(({ draft, ...table }): TablePlan => ({
    ...table,
    joins: draft.joins.flatMap(({ column, to: { id } }): readonly JoinPlan[] => {
      const to = tables.find((other) => other.table.id === id)
      if (to === undefined) return []
      const field = fieldOf(draft, `join ${column}`)
      return [{ field, column, to, property: camelName(field.name) }]
    }),
  }))
}

function numberedFields({ table, columns, joins }: Draft, lock: Lock): NumberedFields {
  const ofColumns = columns.columns.map(({ column, mapped }) => ({
    of: `column ${column.name}`,
    type: typeText(mapped),
    name: snakeName(column.name),
  }))
  const taken = ofColumns.map((field) => field.name)
  const ofJoins = joins.map(({ column, to }) => ({
    of: `join ${column}`,
    type: `row of ${idOf(to)}`,
    name: joinName(column, taken),
  }))
  const known = lock.known[idOf(table)] ?? { fields: [], gone: [] }
  return numberFields(known, [...ofColumns, ...ofJoins])
}

/** What readers of a field's bytes and JSON depend on. */
function typeText({ proto, isRepeated }: MappedColumn): string {
  const type =
    proto.kind === 'scalar'
      ? proto.name
      : proto.kind === 'timestamp'
        ? 'google.protobuf.Timestamp'
        : `enum ${proto.type.schema}.${proto.type.name}`
  return isRepeated ? `repeated ${type}` : type
}

function lockedTable({ name, isFact, columns, joins, gone }: TablePlan): LockedTable {
  return {
    name,
    fact: isFact,
    columns: Object.fromEntries(
      columns.map(({ column, mapped, isNullable }) => [
        column.name,
        { nullable: isNullable, declared: mapped.builder },
      ]),
    ),
    fields: [...columns, ...joins].map(({ field }) => field).sort((a, b) => a.number - b.number),
    gone: [...gone],
  }
}
