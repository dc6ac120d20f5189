import { Backoff } from '../../src/client/backoff'

const waits = (random: () => number): Backoff =>
  new Backoff({ firstMs: 1_000, mostMs: 30_000, random })

describe('waits between attempts', () => {
  test('double from failure to failure up to the maximum, and start again after a success', () => {
    const backoff = waits(() => 1)
    const grown = Array.from({ length: 7 }, () => backoff.next())
    expect(grown).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    backoff.reset()
    expect(backoff.next()).toBe(1_000)
  })

  test('are spread over their upper half', () => {
    expect(waits(() => 0).next()).toBe(500)
    expect(waits(() => 0.5).next()).toBe(750)
  })

  test('are never shorter than the delay that the server requested, and jittered above it', () => {
    expect(waits(() => 0).next(7_000)).toBe(7_000)
    expect(waits(() => 1).next(8_000)).toBe(10_000)
  })

  test('begin as the server says, but not at nothing and not beyond the most', () => {
    const backoff = waits(() => 1)
    backoff.begin(3_000)
    expect([backoff.next(), backoff.next()]).toEqual([3_000, 6_000])
    for (const [asked, taken] of [
      [0, 100],
      [86_400_000, 30_000],
    ] as const) {
      backoff.begin(asked)
      backoff.reset()
      expect(backoff.next()).toBe(taken)
    }
  })

  test('stay finite after years of failures', () => {
    const backoff = waits(() => 1)
    for (let n = 0; n < 5_000; n += 1) backoff.next()
    expect(backoff.next()).toBe(30_000)
  })
})
