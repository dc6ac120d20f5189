import fc from 'fast-check'
import { keyText } from '../../../src/fact/value/key-text'

test('a key of one column is its value', () => {
  expect(keyText({ id: 9007199254740993n })).toBe('9007199254740993')
  expect(keyText({ id: 'a,b' })).toBe('a,b')
})

test('keys that are arrays never collide, with any elements', () => {
  expect(keyText({ id: ['a,b'] })).not.toBe(keyText({ id: ['a', 'b'] }))
  expect(keyText({ id: [1n, null] })).toBe('["1",null]')
})

test('keys of several columns never collide', () => {
  const key = fc.record({ a: fc.string(), b: fc.string() })
  fc.assert(
    fc.property(key, key, (x, y) => {
      fc.pre(x.a !== y.a || x.b !== y.b)
      expect(keyText(x)).not.toBe(keyText(y))
    }),
  )
})
