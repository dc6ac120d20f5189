import * as fc from 'fast-check'
import { util } from 'protobufjs'
import { commentLines, literal } from '../../src/pull/code'
import { camelName, labelName, pascalName, Scope, snakeName } from '../../src/pull/names'

test.each([
  ['customer_id', 'customer_id'],
  ['userID', 'user_id'],
  ['HTTPServer', 'http_server'],
  ['Order No.', 'order_no'],
  ['address_2', 'address2'],
  ['2nd', 'n2nd'],
  ['naïve Größe', 'naive_gro_udf_e'],
  ['数', 'u6570'],
  ['数据', 'u6570_u636e'],
  ['+', 'u2b'],
  ['__proto__', 'proto'],
  ['', 'unnamed'],
])('the name %j becomes %s', (name, expected) => {
  expect(snakeName(name)).toBe(expected)
})

test('any name becomes words that proto accepts, and that protobufjs writes as camelName does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const snake = snakeName(name)
      expect(snake).toMatch(/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*$/)
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- what its parser calls
      expect(camelName(snake)).toBe(util.camelCase(snake))
      expect(pascalName(snake)).toMatch(/^[A-Z][A-Za-z0-9]*$/)
      expect(labelName(name)).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)*$/)
    }),
  )
})

test('names of one scope differ in more than case and underscores, in the order in which they come', () => {
  const scope = new Scope(['header'])
  const names = ['user_name', 'username', 'USERNAME', 'header', 'other'].map((name) =>
    scope.claim(name),
  )
  expect(names).toEqual(['user_name', 'username2', 'USERNAME3', 'header2', 'other'])
})

test('a literal is read as the text it was made of, and shows every sign', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const code = literal(text)
      // eslint-disable-next-line @typescript-eslint/no-implied-eval
      expect((new Function(`return ${code}`) as () => unknown)()).toBe(text)
      expect(code).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('a comment ends no comment around it and begins no line of its own', () => {
  expect(commentLines('one\r\ntwo */ three\u2028four\u202e\n\n')).toEqual([
    'one',
    'two * / three',
    'four',
  ])
})
