import { accessOf, commentLines, importCode, literal, valueCode } from '../code'
import type { AppNames, JoinPlan, TablePlan } from '../plan'
import { sampleCode } from './field-code'
import { lookedUpBy } from './proto'

/** Name of a fact, and start of its topic's name. */
export const factName = (app: AppNames, { file }: Pick<TablePlan, 'file'>): string =>
  `${app.name}.${file}`

/** The fact of a table, written once: it belongs to the application from then on. */
export function factFile(app: AppNames, table: TablePlan): string {
  const { identifier, file, joins, message, name } = table
  const others = lookedUpBy(table)
  const imported = [`${identifier}Fields`, `${identifier}Key`, `${identifier}Table`].concat(
    others.map((to) => `to${to.message}`),
  )
  const notes = table.left
    .filter(({ where }) => where.startsWith('The foreign key'))
    .flatMap(({ where, why }) => commentLines(`${where} ${why}.`))
  return [
    importCode(`{ defineFact, factTopic${joins.length === 0 ? '' : ', lookup'} }`, 'pgfacts'),
    importCode(`{ ${app.package} as proto }`, '../gen/messages'),
    importCode(`{ ${imported.join(', ')} }`, `../tables/${file}`),
    ...others.map((to) => importCode(`{ ${to.identifier}Table }`, `../tables/${to.file}`)),
    '',
    `/** ${commentLines(table.table.comment ?? `A row of ${table.id}.`).join(' ')} */`,
    ...notes.map((line) => `// ${line}`),
    `export const ${identifier}Fact = defineFact({`,
    `  name: ${literal(factName(app, table))},`,
    `  from: ${identifier}Table,`,
    ...(joins.length === 0
      ? []
      : [
          '  join: {',
          ...joins.map(
            ({ property, to, column }) =>
              `    ${property}: lookup(${to.identifier}Table, ${literal(column)}),`,
          ),
          '  },',
        ]),
    `  key: ${identifier}Key,`,
    ...(joins.length === 0
      ? [`  map: ({ row }) => ${identifier}Fields(row),`]
      : [
          `  map: ({ row, ${joins.map(({ property }) => property).join(', ')} }) => ({`,
          `    ...${identifier}Fields(row),`,
          ...joins.map(({ property, to }) => `    ${property}: to${to.message}(${property}),`),
          '  }),',
        ]),
    `  to: factTopic(${literal(`${factName(app, table)}.facts`)}, proto.${name}.v1.${message}),`,
    '})',
    '',
  ].join('\n')
}

/** A test of the fact, written once. */
export function testFile(app: AppNames, table: TablePlan): string {
  const { identifier, file, joins } = table
  const others = lookedUpBy(table)
  const compared = table.columns.flatMap(({ property, mapped, enumeration }) => {
    if (mapped.isRepeated) return []
    if (enumeration !== undefined) {
      const [first] = enumeration.values
      return first === undefined
        ? []
        : [
            `  assert.equal(${accessOf('fact', property)}, proto.${table.name}.v1.${enumeration.name}.${first.name})`,
          ]
    }
    if (mapped.sample.row === undefined) return []
    return [`  assert.equal(${accessOf('fact', property)}, ${valueCode(mapped.sample.row)})`]
  })
  const needsProto = compared.some((line) => line.includes(' proto.'))
  return [
    importCode('assert', 'node:assert/strict'),
    importCode('{ test }', 'node:test'),
    importCode('{ drive }', 'pgfacts/testing'),
    importCode(`{ ${identifier}Fact }`, `../facts/${file}`),
    ...(needsProto ? [importCode(`{ ${app.package} as proto }`, '../gen/messages')] : []),
    importCode('{ schemas }', '../gen/schemas'),
    importCode(`{ ${identifier}Table }`, `../tables/${file}`),
    ...others.map((to) => importCode(`{ ${to.identifier}Table }`, `../tables/${to.file}`)),
    '',
    `test(${literal(`a row of ${table.id} becomes a fact with its values`)}, async () => {`,
    `  const driver = await drive(${identifier}Fact, { schemas, partitions: 1 })`,
    ...others.map((to) => `  driver.insert(${to.identifier}Table, ${sampleCode(to.columns)})`),
    ...(others.length === 0 ? [] : ['  await driver.settle()']),
    `  driver.insert(${identifier}Table, ${sampleCode(table.columns)})`,
    '  const [made] = await driver.facts()',
    '  await driver.stop()',
    '  const fact = made?.message',
    '  assert.ok(fact)',
    ...compared,
    ...joins
      .filter((join) => findsItsSample(table, join))
      .map(({ property }) => `  assert.notEqual(${accessOf('fact', property)}, null)`),
    '})',
    '',
  ].join('\n')
}

/** Whether the sample of the referring column is the key of the sample that it refers to. */
function findsItsSample({ columns }: TablePlan, { column, to }: JoinPlan): boolean {
  const from = columns.find((one) => one.column.name === column)
  const key = to.columns.find(({ isKey }) => isKey)
  return valueCode(from?.mapped.sample.debezium) === valueCode(key?.mapped.sample.debezium)
}
