import fc from 'fast-check'
import { EventList } from '../../../src/feed/page/event-list'
import { codePoint } from '../../support/code-point'

/** Small ones, and such as no segment has room for. */
const texts = fc.array(
  fc.oneof(
    fc.string({ unit: codePoint, maxLength: 50 }),
    fc
      .tuple(fc.constantFrom('a', 'é', '語', '🙂'), fc.nat({ max: 40_000 }))
      .map(([c, n]) => c.repeat(n)),
  ),
  { maxLength: 60 },
)

test('R8: texts that were added one by one are the JSON array of them', () => {
  fc.assert(
    fc.property(texts, (some) => {
      const list = new EventList()
      for (const text of some) list.add(JSON.stringify(text))
      const bytes = Buffer.concat(list.between('{"a":', '}'))
      expect(JSON.parse(bytes.toString())).toEqual({ a: some })
      expect(list.length).toBe(some.length)
      const between = Math.max(0, some.length - 1)
      expect(list.bytes).toBe(bytes.length - '{"a":[]}'.length - between)
    }),
    { numRuns: 200 },
  )
})
