import { commentLines } from '../code'
import type { LockedField } from '../lock'
import { constantName } from '../names'
import type { AppNames, ColumnPlan, LookedUp, TablePlan } from '../plan'
import { handsOff } from './hands-off'

/** The messages of a table's facts: the fact, a row of each table that it looks up, and the enums of both. */
export function protoFile(app: AppNames, table: TablePlan): string {
  const lookedUp = lookedUpBy(table)
  const columns = [table, ...lookedUp].flatMap((one) => one.columns)
  const hasTimes = columns.some(({ mapped }) => mapped.proto.kind === 'timestamp')
  return [
    ...handsOff(table.table, '//'),
    'syntax = "proto3";',
    '',
    `package ${app.package}.${table.name}.v1;`,
    '',
    'import "facts/v1/header.proto";',
    ...(hasTimes ? ['import "google/protobuf/timestamp.proto";'] : []),
    '',
    ...factMessage(table),
    ...lookedUp.flatMap((one) => ['', ...rowMessage(one)]),
    ...enums(columns),
    '',
  ].join('\n')
}

/** The tables that a fact looks up, each once. */
export function lookedUpBy({ joins }: Pick<TablePlan, 'joins'>): readonly LookedUp[] {
  return [...new Map(joins.map(({ to }) => [to.id, to])).values()]
}

function factMessage(table: TablePlan): readonly string[] {
  const fields = [
    ...table.columns.map(columnField),
    ...table.joins.map(({ field, column, to }) => ({
      number: field.number,
      lines: [
        ...comment(
          `The row of ${to.id} that ${column} referred to when the fact was made; absent when there was none.`,
        ),
        `${to.message} ${field.name} = ${field.number};`,
      ],
    })),
  ].sort((a, b) => a.number - b.number)
  const about = `A row of ${table.id}. A fact of kind KIND_DELETED has the header and the key only.`
  return [
    ...comment(table.table.comment ?? ''),
    ...comment(about),
    `message ${table.message} {`,
    ...indented(reserved(table.gone)),
    '  facts.v1.Header header = 1;',
    ...fields.flatMap(({ lines }) => indented(lines)),
    '}',
  ]
}

function rowMessage(table: LookedUp): readonly string[] {
  const fields = [...table.columns].sort((a, b) => a.field.number - b.field.number)
  return [
    ...comment(table.table.comment ?? ''),
    ...comment(`A row of ${table.id}, as a fact looked it up.`),
    `message ${table.message} {`,
    ...indented(reserved(table.gone.filter(({ of }) => of.startsWith('column ')))),
    ...fields.flatMap((column) => indented(columnField(column).lines)),
    '}',
  ]
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

function reserved(gone: readonly LockedField[]): readonly string[] {
  if (gone.length === 0) return []
  return [
    `reserved ${gone.map(({ number }) => number).join(', ')};`,
    `reserved ${gone.map(({ name }) => `"${name}"`).join(', ')};`,
  ]
}

interface FieldLines {
  readonly number: number
  readonly lines: readonly string[]
}

function columnField(plan: ColumnPlan): FieldLines {
  const { column, mapped, field, isNullable } = plan
  const { proto } = mapped
  const type =
    proto.kind === 'scalar'
      ? proto.name
      : proto.kind === 'timestamp'
        ? 'google.protobuf.Timestamp'
        : (plan.enumeration?.name ?? '')
  const isOptional = isNullable && !mapped.isRepeated && proto.kind !== 'timestamp'
  const label = mapped.isRepeated ? 'repeated ' : isOptional ? 'optional ' : ''
  return {
    number: field.number,
    lines: [
      ...comment(column.comment ?? ''),
      ...comment(
        [`${column.written}.`, mapped.note].filter((text) => text !== undefined).join(' '),
      ),
      `${label}${type} ${field.name} = ${field.number};`,
    ],
  }
}

const comment = (text: string): readonly string[] => commentLines(text).map((line) => `// ${line}`)

function enums(columns: readonly ColumnPlan[]): readonly string[] {
  const found = new Map(
    columns.flatMap(({ enumeration }) =>
      enumeration === undefined ? [] : [[enumeration.name, enumeration] as const],
    ),
  )
  return [...found.values()].flatMap(({ name, values }) => {
    const prefix = constantName(name)
    return [
      '',
      `enum ${name} {`,
      `  ${prefix}_UNSPECIFIED = 0;`,
      ...values.flatMap((value) => [
        ...indented(comment(`Label ${JSON.stringify(value.label)}.`)),
        `  ${value.name} = ${value.number};`,
      ]),
      '}',
    ]
  })
}
