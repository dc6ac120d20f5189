import { elementsOf } from '../../../src/fact/value/elements'

test('an array gives its elements, one that is NULL none', () => {
  expect(elementsOf(['a', '', 'b'])).toEqual(['a', '', 'b'])
  expect(elementsOf(null)).toEqual([])
})

test('a NULL element is refused with its place, because a repeated field cannot hold it', () => {
  expect(() => elementsOf([1, null])).toThrow(
    expect.objectContaining({ code: 'MAP_FAILED', message: expect.stringContaining('Element 2') }),
  )
})
