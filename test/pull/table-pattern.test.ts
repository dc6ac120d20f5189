import { matchesTable } from '../../src/pull/table-pattern'

test.each([
  ['shop_*', 'public', 'shop_order', true],
  ['shop_*', 'sales', 'shop_order', false],
  ['sales.*', 'sales', 'order', true],
  ['*.*', 'Any Schema', 'Any.Table', true],
  ['*', 'public', 'a.b', true],
  ['a.b', 'public', 'a.b', true],
  ['Order', 'public', 'order', false],
  ['orde?', 'public', 'order', true],
  ['a+(b)', 'public', 'a+(b)', true],
])('%s against %s.%s: %s', (pattern, schema, name, expected) => {
  expect(matchesTable(pattern, { schema, name })).toBe(expected)
})
