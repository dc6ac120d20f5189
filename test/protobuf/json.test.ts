import fc from 'fast-check'
import { FactsError } from '../../src/errors'
import {
  exactNumber,
  parseJson,
  parseJsonBytes,
  type JsonValue,
} from '../../src/protobuf/json/json'

describe('exact JSON', () => {
  test('returns what JSON.parse returns, except for the digits of integers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text, { number: Number })).toEqual(JSON.parse(text))
      }),
    )
  })

  test('accepts and refuses the texts that JSON.parse does', () => {
    const pieces = fc.constantFrom(
      ...Array.from('{}[]",:\\/ \n\tu0aft1-+.eE'),
      'null',
      'true',
      '"a"',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parseJson(text)).toThrow(FactsError)
          return
        }
        expect(parseJson(text)).toEqual(expected)
      }),
      { numRuns: 5000 },
    )
  })

  test('keeps every digit of an integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (value) => {
        const parsed = parseJson(`{"a":[${value}]}`) as { readonly a: JsonValue }
        expect(parsed.a).toEqual([exactNumber(value.toString())])
        expect(BigInt(exactNumber(value.toString()))).toBe(value)
      }),
    )
  })

  test.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['1795260811382602000', 1795260811382602000n],
    ['1.0', 1],
    ['1e21', 1e21],
    ['-0', -0],
  ])('reads %s as %p', (raw, value) => {
    expect(exactNumber(raw)).toBe(value)
    expect(parseJson(raw)).toBe(value)
  })

  test('hands the raw text of numbers to a reader that wants every digit of fractions', () => {
    const number = (raw: string): JsonValue => raw
    expect(parseJson('[1.10, 2e0, -3]', { number })).toEqual(['1.10', '2e0', '-3'])
  })

  test('keeps the last of repeated fields, and a field named __proto__', () => {
    const parsed = parseJson('{"a":1,"__proto__":{"x":2},"a":3}') as Record<string, unknown>
    expect(Object.keys(parsed)).toEqual(['a', '__proto__'])
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
    expect(parsed['a']).toBe(3)
  })

  test('refuses nesting that would exhaust the stack', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(() => parseJson(deep(500))).not.toThrow()
    expect(() => parseJson(deep(501))).toThrow('expected at most 500 levels of nesting')
    expect(() => parseJson(deep(1_000_000))).toThrow(FactsError)
  })

  test.each([
    ['', 'at character 0 expected a value, found the end'],
    ['{"a":1,}', 'at character 7 expected a field name, found "}"'],
    ['[1 2]', 'at character 3 expected "," or "]", found "2]"'],
    [
      '"a\nb"',
      'at character 0 expected a string without raw control characters, found "\\"a\\nb\\""',
    ],
    ['"\\x"', 'at character 0 expected a string with valid escapes'],
    ['"abc', 'at character 0 expected a closing quote'],
    ['1 1', 'at character 2 expected the end of the text, found "1"'],
  ])('says of %p where it goes wrong and how', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  test('refuses bytes that are not UTF-8 instead of replacing them', () => {
    expect(parseJsonBytes(Buffer.from('"\ufffd é 😀"'))).toBe('\ufffd é 😀')
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xef, 0xbb, 0xbf, 0x31],
    ]) {
      expect(() => parseJsonBytes(Uint8Array.from(bytes))).toThrow(FactsError)
    }
  })
})
