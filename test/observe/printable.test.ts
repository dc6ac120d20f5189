import { printable, printableJson, printableValue } from '../../src/observe/watch/printable'

test.each([
  ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
  ['a control sequence of eight bits', '\u009b31m', '\\u009b31m'],
  ['a line end', 'a\nb\r', 'a\\u000ab\\u000d'],
  ['a delete', '\u007f', '\\u007f'],
  ['a bidirectional override', 'user\u202egpj.exe', 'user\\u202egpj.exe'],
  ['a bidirectional isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
  ['an Arabic letter mark', '\u061c', '\\u061c'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a zero-width space', 'a\u200bb', 'a\\u200bb'],
  ['a tag character, which is two units', '\u{e0041}', '\\udb40\\udc41'],
  ['half a pair', '\ud800', '\\ud800'],
])('%s is written as an escape', (_, text, expected) => {
  expect(printable(text)).toBe(expected)
})

test.each(['plain', 'schön', '日本', 'שלום', '🪑', '👩‍🚀', 'a "b" \\ c'])(
  '%s is left as it is',
  (text) => {
    expect(printable(text)).toBe(text)
  },
)

test('JSON stays JSON that means the same', () => {
  const value = { title: '\u001b]0;x\u0007\u202e\u2028\n', emoji: '🪑', number: 9007199254740993n }
  const text = printableJson(value)
  for (const one of ['\u001b', '\u0007', '\u202e', '\u2028', '\n']) expect(text).not.toContain(one)
  expect(JSON.parse(text)).toEqual({ ...value, number: '9007199254740993' })
})

test.each([
  ['Blue chair', '"Blue chair"'],
  ['19.9900', '19.9900'],
  ['STATUS_ACTIVE', 'STATUS_ACTIVE'],
  ['null', '"null"'],
  ['', '""'],
  ['{"a": 1}', `'{"a": 1}'`],
  [`"it's"`, `"\\"it's\\""`],
  ['"a\\b"', '"\\"a\\\\b\\""'],
  ['"a\u202e"', `'"a\\u202e"'`],
  [null, 'null'],
  [['a', 1], '["a",1]'],
])('%j is shown as %s', (value, expected) => {
  expect(printableValue(value)).toBe(expected)
})
