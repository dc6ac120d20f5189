import { BUILDERS, columnTypesPage } from '../../scripts/generate/column-types'
import * as columns from '../../src/table/columns'

const names = BUILDERS.map(({ call }) => call.replace(/\(.*/, ''))

test('the page of column types has every builder, once', () => {
  expect([...names].sort()).toEqual(Object.keys(columns).sort())
})

test('every builder names its types in the catalog', () => {
  for (const { call, column } of BUILDERS) {
    expect([call, column.postgresTypes]).not.toEqual([call, []])
    expect(columnTypesPage()).toContain(`| ${column.postgresTypes.join(', ')} | `)
  }
})
