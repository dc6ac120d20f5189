import fc from 'fast-check'
import { codePoint } from './code-point'

const texts = fc.sample(fc.string({ unit: codePoint }), { seed: 1, numRuns: 500 })

test('generates code points of every length in UTF-8, and no half of one', () => {
  const points = texts.flatMap((text) => Array.from(text))
  expect(new Set(points.map((point) => Buffer.byteLength(point)))).toEqual(new Set([1, 2, 3, 4]))
  expect(texts.some((text) => /\p{Surrogate}/u.test(text))).toBe(false)
})

test('generates names that objects have by themselves', () => {
  expect(texts).toContain('__proto__')
})

test('shrinks to the smallest text that fails', () => {
  const { counterexample } = fc.check(
    fc.property(fc.string({ unit: codePoint }), (text) => !/[\u{ffff}-\u{10ffff}]/u.test(text)),
    { seed: 1 },
  )
  expect(counterexample).toEqual(['\u{ffff}'])
})
