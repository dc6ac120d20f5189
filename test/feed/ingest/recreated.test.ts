import { waitFor } from '../../support/wait-for'
import { gated, logGates, openAll } from '../gated-log'
import type { WrittenFact } from '../feed-world'
import { FeedWorld, PAGES, TOPIC } from '../feed-world'

const facts = (count: number, title: string): readonly WrittenFact[] =>
  Array.from({ length: count }, (_, index) => ({ id: BigInt(index + 1), title }))

describe('a topic that is recreated', () => {
  let world: FeedWorld
  let cursor: string
  const gates = logGates()
  beforeEach(async () => {
    world = await FeedWorld.start({ log: (log) => gated(log, gates) })
    for (const fact of facts(6, 'old')) await world.write(fact)
    cursor = (await world.page()).cursor
  })
  afterEach(() => {
    openAll(gates)
    return world.stop()
  })

  const another = [409, { type: 'urn:facts:cursor-of-another-history' }]

  function append(count: number, title: string, partitions: number): void {
    for (const fact of facts(count, title)) {
      const record = world.record(fact)
      world.broker.append({ ...record, partition: record.partition % partitions })
    }
  }

  function recreate(count: number, partitions: number): void {
    world.broker.deleteTopic(TOPIC)
    world.broker.createTopic(TOPIC, partitions)
    append(count, 'new', partitions)
  }

  const grow = (partitions: number): void => append(30, 'later', partitions)

  async function refused(): Promise<unknown> {
    const response = await world.get(`${PAGES}?cursor=${cursor}`)
    return [response.status, await response.json()]
  }

  const kinds: readonly (readonly [what: string, count: number, partitions: number])[] = [
    ['with no facts', 0, 3],
    ['with fewer facts', 2, 3],
    ['with as many records', 12, 3],
    ['with more facts', 30, 3],
    ['with fewer partitions', 6, 2],
    ['with more partitions', 6, 4],
  ]

  test.each(kinds)(
    'R24, R26: %s, while the server was away, is another history',
    async (_, ...how) => {
      await world.close()
      recreate(...how)
      await world.open()
      expect(await refused()).toMatchObject(another)
      grow(how[1])
      expect(await refused()).toMatchObject(another)
    },
  )

  test.each(kinds)(
    '%s, while the server was away, is noticed before anything of it is read, and nothing of the old one is kept',
    async (_, ...how) => {
      await world.close()
      recreate(...how)
      gates.start.close()
      await world.open()
      const { store } = world.hub.history
      expect(store.positions().map(({ next }) => next)).toEqual(Array(how[1]).fill(0n))
    },
  )

  test.each(kinds)('R24, R40: %s, while the server runs, is another history', async (_, ...how) => {
    const stream = await world.stream()
    await stream.status('live')
    recreate(...how)
    await stream.ended()
    expect(stream.raw).toContain('urn:facts:history-broken')
    await waitFor('the feed to be ready', () => world.hub.isReady)
    expect(await refused()).toMatchObject(another)
    const { events } = await world.page()
    expect(events.filter(({ data }) => data['title'] === 'old')).toEqual([])
    expect(events.length).toBe(how[0])
    grow(how[1])
    expect(await refused()).toMatchObject(another)
  })
})
