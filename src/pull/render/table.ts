import { commentLines, importCode, keyOf, literal } from '../code'
import { holdersOf } from '../plan-columns'
import type { ColumnPlan, LookedUp, Plan, TablePlan } from '../plan'
import { constantName } from '../names'
import { declarationCode, propertyCode } from './field-code'
import { handsOff } from './hands-off'
import { lookedUpBy } from './proto'

/** The declaration of a table, and how its rows become the fields of its facts. */
export function tableFile({ app, database }: Plan, table: TablePlan): string {
  const lookedUp = table.isFact ? lookedUpBy(table) : []
  const body = [
    ...declaration(table, holdersOf(table.table, database)),
    ...(table.isFact ? [...enumMaps([table, ...lookedUp]), ...fields(table)] : []),
    ...lookedUp.flatMap((to) => lookedUpRow(table, to)),
  ]
  const text = body.join('\n')
  const functions = [
    'defineTable',
    ...(text.includes('elementsOf(') ? ['elementsOf'] : []),
    ...(text.includes('timestampOf(') ? ['timestampOf'] : []),
    ...table.columns.flatMap(({ mapped }) => mapped.functions),
  ]
  const types = table.isFact ? ['KeyOf', 'RowOf'] : []
  return [
    ...handsOff(table.table, '//'),
    ...imports([...new Set(functions)].sort()),
    ...(types.length === 0 ? [] : [importCode(`type { ${types.join(', ')} }`, 'pgfacts')]),
    ...(table.isFact ? [importCode(`{ ${app.package} as proto }`, '../gen/messages')] : []),
    ...lookedUp.map((to) => importCode(`type { ${to.identifier}Table }`, `./${to.file}`)),
    '',
    text,
    '',
  ].join('\n')
}

function imports(names: readonly string[]): readonly string[] {
  const line = importCode(`{ ${names.join(', ')} }`, 'pgfacts')
  if (line.length <= 100) return [line]
  return importCode(`{\n${names.map((name) => `  ${name},\n`).join('')}}`, 'pgfacts').split('\n')
}

function declaration(
  { table, identifier, topic, columns, left }: TablePlan,
  holders: readonly TablePlan['table'][],
): readonly string[] {
  const isFull = table.identity === 'full' && holders.every(({ identity }) => identity === 'full')
  const keys = columns.filter(({ isKey }) => isKey)
  const others = columns.filter(({ isKey }) => !isKey)
  return [
    ...left.flatMap(({ where, why, remedy }) =>
      commentLines(
        `${where} ${why}.${remedy === undefined ? '' : ` To change that: ${remedy}`}`,
      ).map((line) => `// ${line}`),
    ),
    `export const ${identifier}Table = defineTable({`,
    `  topic: ${literal(topic)},`,
    `  key: { ${keys.map((key) => declarationCode(key).slice(0, -1)).join(', ')} },`,
    '  columns: {',
    ...others.flatMap((column) => [
      ...(column.isNullableForPast
        ? ['    // NOT NULL in the table; records from before lack it or hold NULL.']
        : []),
      `    ${declarationCode(column)}`,
    ]),
    '  },',
    ...(isFull ? ["  replicaIdentity: 'full',"] : []),
    '})',
  ]
}

function enumMaps(tables: readonly LookedUp[]): readonly string[] {
  const [own] = tables
  const enums = new Map(
    tables
      .flatMap(({ columns }) => columns)
      .flatMap(({ enumeration: it }) => (it === undefined ? [] : [[it.name, it] as const])),
  )
  return [...enums.values()].flatMap(({ name, values }) => [
    '',
    `const ${constantName(name)} = {`,
    ...values.map(
      (value) => `  ${keyOf(value.label)}: proto.${own?.name ?? ''}.v1.${name}.${value.name},`,
    ),
    '} as const',
  ])
}

function fields({ name, identifier, message, columns, joins }: TablePlan): readonly string[] {
  const type = `proto.${name}.v1.${message}`
  const keys = columns.filter(({ isKey }) => isKey)
  const others = columns.filter(({ isKey }) => !isKey)
  const left = [
    'header',
    ...keys.map(({ property }) => property),
    ...joins.map((it) => it.property),
  ]
  const list = (names: readonly string[]): string => names.map(literal).join(' | ')
  return [
    '',
    '/** The fields that identify a row. */',
    `export function ${identifier}Key(`,
    `  key: KeyOf<typeof ${identifier}Table>,`,
    `): Pick<${type}, ${list(keys.map(({ property }) => property))}> {`,
    `  return { ${keys.map((key) => propertyCode(key, 'key').slice(0, -1)).join(', ')} }`,
    '}',
    '',
    '/** The fields that are columns; what is looked up is added by the fact. */',
    `export function ${identifier}Fields(`,
    `  ${others.length === 0 ? '_row' : 'row'}: RowOf<typeof ${identifier}Table>,`,
    `): Omit<${type}, ${list(left)}> {`,
    ...returned(others),
    '}',
  ]
}

function lookedUpRow({ name }: TablePlan, to: LookedUp): readonly string[] {
  const type = `proto.${name}.v1.${to.message}`
  return [
    '',
    `/** A row of ${commentLines(to.id).join(' ')} that was looked up. */`,
    `export function to${to.message}(`,
    `  row: RowOf<typeof ${to.identifier}Table> | undefined,`,
    `): ${type} | null {`,
    '  if (row === undefined) return null',
    ...returned(to.columns),
    '}',
  ]
}

function returned(columns: readonly ColumnPlan[]): readonly string[] {
  if (columns.length === 0) return ['  return {}']
  return ['  return {', ...columns.map((column) => `    ${propertyCode(column, 'row')}`), '  }']
}
