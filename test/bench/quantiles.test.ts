import { median, quantiles } from '../../bench/measure/quantiles'

describe('Quantiles', () => {
  it('are values that occurred, at or above the given share of all', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(quantiles(hundred)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
  })

  it('of one value are that value', () => {
    expect(quantiles([3])).toEqual({ count: 1, p50: 3, p95: 3, p99: 3, max: 3 })
  })

  it('of nothing are no numbers', () => {
    expect(quantiles([]).p99).toBeNaN()
  })
})

describe('The median', () => {
  it('is the middle value in any order', () => {
    expect(median([9, 1, 4])).toBe(4)
  })

  it('of an even number of values is the mean of the middle two', () => {
    expect(median([9, 1, 4, 5])).toBe(4.5)
  })
})
