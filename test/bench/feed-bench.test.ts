import type { FeedResults } from '../../bench/feed/benchmark'
import { renderFeed } from '../../bench/feed/render-feed'
import { keepingFeedSection, withFeedSection } from '../../bench/report/feed-section'
import { factId, markedNumber, remark } from '../../bench/feed/fact-marker'

const block = Buffer.from(
  `id: abc\nevent: add\ndata: {"data":{"header":{"id":"${factId(42)}"}}}\n\n`,
)

test("a fact's number is found in the bytes of its event, and nowhere else", () => {
  expect(markedNumber(block, 0, block.length)).toBe(42)
  expect(markedNumber(block, 0, 10)).toBeUndefined()
  expect(markedNumber(Buffer.from('id: abc\n\n'), 0, 9)).toBeUndefined()
})

test('an event is given another number without changing its length', () => {
  const other = remark(block, 1_234_567)
  expect(other).toHaveLength(block.length)
  expect(markedNumber(other, 0, other.length)).toBe(1_234_567)
  expect(markedNumber(block, 0, block.length)).toBe(42)
})

test("the feed's section takes the place of the one before it, and leaves the rest of the page alone", () => {
  const once = withFeedSection('# Benchmarks\n\nothers\n', 'first $& figures')
  const twice = withFeedSection(`${once}\nmore\n`, 'second')
  expect(once).toContain('others\n\n<!--')
  expect(once).toContain('first $& figures')
  expect(twice).toBe(`${once.replace('first $& figures', 'second')}\nmore\n`)
})

test('a regenerated page keeps the section', () => {
  const before = withFeedSection('# Old', 'figures')
  expect(keepingFeedSection('# New\n', before)).toBe(withFeedSection('# New', 'figures'))
  expect(keepingFeedSection('# New\n', '')).toBe('# New\n')
})

test('figures of a machine that was not calm say so before anything else', () => {
  const results = (loadBefore: number): FeedResults => ({
    measuredAt: '2026-01-02T03:04:05Z',
    loadAfter: 3,
    facts: 1,
    keys: 1,
    blockBytes: 1,
    seconds: 1,
    rounds: 1,
    latency: [],
    stalled: [],
    idle: [],
    pages: [],
    machine: {
      processor: 'p',
      cores: 2,
      memoryBytes: 1,
      system: 's',
      nodes: ['20'],
      java: '17',
      versions: {},
      loadBefore,
    },
  })
  expect(renderFeed(results(6))).toMatch(/\n\n\*\*Not to be quoted:.*load average 6\.0 on 2 cores/)
  expect(renderFeed(results(0.2))).not.toContain('Not to be quoted')
})
