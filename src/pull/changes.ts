import type { Lock, LockedField, LockedTable } from './lock'

/** What a pull changes, for people: one line each, in the order of the tables. */
export function lockChanges(before: Lock, after: Lock): readonly string[] {
  const tables = Object.entries(after.known).flatMap(([id, table]) => {
    const known = before.known[id]
    return known === undefined ? [newTable(id, table)] : tableChanges(id, known, table)
  })
  const enums = Object.entries(after.enums).flatMap(([id, { values }]) => {
    const known = before.enums[id]?.values
    if (known === undefined) return []
    return values
      .slice(known.length)
      .map(
        ({ label, number, name }) =>
          `+ ${id} has the label ${JSON.stringify(label)}: ${name} = ${number}`,
      )
  })
  return [...tables, ...enums]
}

function newTable(id: string, { fact, columns }: LockedTable): string {
  const count = Object.keys(columns).length
  return `+ ${id}: ${count} columns, ${fact ? 'a fact' : 'looked up only'}`
}

function tableChanges(id: string, before: LockedTable, after: LockedTable): readonly string[] {
  const lines: string[] = []
  if (!before.fact && after.fact) lines.push(`+ ${id} becomes a fact`)
  if (before.fact && !after.fact) lines.push(`- ${id} is no fact any more`)
  const names = new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])
  for (const name of names) {
    const [was, is] = [before.columns[name], after.columns[name]]
    const [old, now] = [fieldOf(before, name), fieldOf(after, name)]
    if (was === undefined) lines.push(`+ ${id}.${name}: ${is?.declared ?? ''}, field ${text(now)}`)
    else if (is === undefined) lines.push(`- ${id}.${name}: field ${text(old)} is reserved`)
    else if (old?.number !== now?.number) {
      lines.push(
        `! ${id}.${name}: ${was.declared} is ${is.declared} now, another field: ${text(now)}; ${text(old)} is reserved, and records from before may not be readable`,
      )
    } else if (was.declared !== is.declared || was.nullable !== is.nullable) {
      const shown = (it: LockedTable['columns'][string]): string =>
        it.declared + (it.nullable ? '.nullable()' : '')
      lines.push(`~ ${id}.${name}: ${shown(was)} is ${shown(is)} now`)
    }
  }
  const joinsOf = ({ fields }: LockedTable): readonly LockedField[] =>
    fields.filter(({ of }) => of.startsWith('join '))
  for (const join of joinsOf(before)) {
    if (!joinsOf(after).some(({ number }) => number === join.number)) {
      lines.push(`- ${id}: the lookup by ${join.of.slice(5)}: field ${text(join)} is reserved`)
    }
  }
  for (const join of joinsOf(after)) {
    if (!joinsOf(before).some(({ number }) => number === join.number)) {
      lines.push(`+ ${id}: the lookup by ${join.of.slice(5)}, field ${text(join)}`)
    }
  }
  return lines
}

const fieldOf = ({ fields }: LockedTable, column: string): LockedField | undefined =>
  fields.find(({ of }) => of === `column ${column}`)

const text = (field: LockedField | undefined): string =>
  field === undefined ? '' : `${field.number} ${field.name}`

/** Fields and columns that are gone, by which a fact written by hand may no longer compile. */
export interface GoneName {
  /** `schema.table`. */
  readonly table: string
  readonly column: string
  /** As code has it: the field, and the column. */
  readonly names: readonly string[]
}

export function goneNames(
  before: Lock,
  after: Lock,
  camel: (name: string) => string,
): readonly GoneName[] {
  return Object.entries(before.known).flatMap(([table, known]) => {
    const kept = new Set(after.known[table]?.fields.map(({ number }) => number))
    return known.fields
      .filter(({ number }) => !kept.has(number))
      .map(({ of, name }): GoneName => {
        const column = of.replace(/^(column|join) /, '')
        return { table, column, names: [...new Set([camel(name), column])] }
      })
  })
}
