import { PatternList, exactly } from '../../src/source/pattern-list'

test('patterns match whole names in any case, as in Debezium', () => {
  const list = new PatternList('public\\.wildapp_.*, shop\\.orders')
  expect(list.matches('public.wildapp_a')).toBe(true)
  expect(list.matches('Shop.Orders')).toBe(true)
  expect(list.matches('public.awildapp_a')).toBe(false)
  expect(list.matches('shop.orders2')).toBe(false)
})

test('a comma after a backslash is part of a pattern', () => {
  const list = new PatternList('a\\.b\\,c,d')
  expect(list.matches('a.b,c')).toBe(true)
  expect(list.matches('d')).toBe(true)
})

test('what only Java understands is named, not guessed', () => {
  expect(new PatternList('a++,b').unknown).toEqual(['a++'])
})

test.each([
  'orders',
  'Order, Items',
  'a.b',
  'x\\y',
  '[x](y)*',
  'q"t',
  ' lead',
  'größe',
  '表',
  '😀',
  '$^|?+{1}',
])('the exact pattern of %s matches it, in its case, and nothing else', (name) => {
  const list = new PatternList([exactly('s', name), 'other'].join(','))
  expect(list.matches(`s.${name}`)).toBe(true)
  expect(list.matches(`s.${name}x`)).toBe(false)
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
  expect(list.matches(`s.${other}`)).toBe(other === name)
  expect(list.unknown).toEqual([])
})

test('a list that matches nothing matches nothing', () => {
  expect(new PatternList('(?!)').matches('public.a')).toBe(false)
})
