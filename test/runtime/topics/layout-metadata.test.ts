import { randomUUID } from 'node:crypto'
import { readLayout, writeLayout } from '../../../src/runtime/topics/layout-metadata'
import { checkLayout } from '../../../src/runtime/topics/topic-layout'

/** A task that writes so many facts. */
function task(facts: number): {
  readonly partitions: ReadonlyMap<string, number>
  readonly origins: Readonly<Record<string, string>>
} {
  const names = Array.from({ length: facts }, (_, i) => `billing.subscription-change-${i}`)
  const topics = names.map((name, i): [string, number] => [`${name}.facts`, 6 + (i % 7)])
  return {
    partitions: new Map([['monolith.public.billing_subscription', 12], ...topics]),
    origins: Object.fromEntries(names.map((name) => [`${name}.rows`, randomUUID()])),
  }
}

test.each([1, 35, 100, 200])('of %i facts it fits beside an offset, and is read as it was', (n) => {
  const { partitions, origins } = task(n)
  const metadata = writeLayout(partitions, origins)
  expect(metadata.length).toBeLessThanOrEqual(4_096)
  const layout = readLayout(metadata)
  for (const [topic, count] of partitions) expect(layout.partitions(topic)).toBe(count)
  for (const [store, origin] of Object.entries(origins)) {
    expect([layout.fits(store, origin), layout.fits(store, randomUUID())]).toEqual([true, false])
    expect(layout.fits(store, undefined)).toBe(false)
  }
})

test.each([1, 200])('of %i facts it knows nothing of what came later', (n) => {
  const { partitions, origins } = task(n)
  const layout = readLayout(writeLayout(partitions, origins))
  expect(layout.partitions('another.facts')).toBeUndefined()
  expect(layout.fits('another.rows', randomUUID())).toBe(true)
})

test('a change of a topic is found and named, also where only hashes are kept', () => {
  const { partitions, origins } = task(200)
  const metadata = writeLayout(partitions, origins)
  const topic = 'billing.subscription-change-77.facts'
  const now = new Map(partitions).set(topic, 99).set('another.facts', 3)
  const at = { topic: 'monolith.public.billing_subscription', partition: 0 }
  expect(() => checkLayout(metadata, partitions, at)).not.toThrow()
  expect(() => checkLayout(metadata, now, at)).toThrow(
    expect.objectContaining({
      code: 'PARTITIONS_CHANGED',
      message: expect.stringContaining(`(${topic} had 6 partitions, now 99)`) as string,
    }),
  )
})

test('what the first version wrote is read', () => {
  const layout = readLayout('{"v":1,"partitions":{"in":3,"out":12},"state":{"rows":"one"}}')
  expect([layout.partitions('out'), layout.partitions('other')]).toEqual([12, undefined])
  expect(layout.fits('rows', 'one')).toBe(true)
  expect(layout.fits('rows', 'two')).toBe(false)
  expect(layout.fits('other', 'two')).toBe(true)
})

test.each(['', 'not JSON', '{}'])('of %p nothing is known', (metadata) => {
  const layout = readLayout(metadata)
  expect([layout.partitions('in'), layout.fits('rows', 'one')]).toEqual([undefined, true])
})

test('more facts than fit are refused with what to do', () => {
  const { partitions, origins } = task(400)
  expect(() => writeLayout(partitions, origins)).toThrow(
    expect.objectContaining({
      code: 'TOPOLOGY_INVALID',
      message: expect.stringContaining('400 topics') as string,
    }),
  )
})
