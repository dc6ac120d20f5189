import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { CursorCodec } from '../../../src/feed/cursor/cursor'
import { Feed } from '../../../src/feed/live/feed'
import { Hub } from '../../../src/feed/live/hub'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { partitionFor } from '../../../src/topology/partitioner'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'
import { OutboxWorld } from '../outbox-world'

/** What both answer: a server that has read what is gone, and one that has read the rest alone. */
describe('records of the topic that were deleted', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 2 })
  })
  afterEach(() => world.stop())

  const where = encodeURIComponent('quantity > 1')
  const asked = async (): Promise<readonly unknown[]> => {
    const answers: unknown[] = []
    for (const query of [
      '',
      '?start=snapshot',
      `?where=${where}`,
      `?start=snapshot&where=${where}`,
    ]) {
      const { events, has_next: hasNext } = await world.page(query)
      const seen = events.map(({ type, data, snapshot, stats }) => [type, data, snapshot, stats])
      answers.push([query, seen, hasNext])
    }
    for (const id of [1, 2, 3, 4, 5, 6]) {
      answers.push([id, (await world.get(`${PAGES}/facts/${id}`)).status])
    }
    return answers
  }
  const restarted = async (): Promise<void> => {
    await world.close()
    rmSync(join(world.folder, 'store'), { recursive: true })
    await world.open()
  }

  test('R25, R27: are known to no server, whether it had read them or not', async () => {
    const ids = [1n, 2n, 3n, 4n, 5n, 6n]
    await world.write(...ids.map((id) => ({ id, quantity: Number(id) })))
    await world.write({ id: 1n, quantity: 5 }, { id: 3n, kind: 'deleted' }, { id: 6n, quantity: 1 })
    for (const partition of [0, 1]) {
      const own = ids.filter((id) => partitionFor(Buffer.from(String(id)), 2) === partition)
      await world.trimmed(own[0] ?? 1n, own.length)
    }
    const running = await asked()
    await restarted()
    expect(await asked()).toEqual(running)
    expect(JSON.stringify(running)).not.toMatch(/"update"|"remove"/)
  })

  test('R25, R27: leave the cursor after them valid at a server that had read them', async () => {
    await world.write({ id: 1n })
    const { partition } = world.record({ id: 1n })
    await world.trimmed(1n, 2)
    const { hub: running } = world
    const hub = new Hub({ ...running.options, folder: join(world.folder, 'another') })
    hub.start()
    try {
      await waitFor('the other server', () => hub.isFollowing)
      const positions = await hub.head()
      // The marker of the transaction is before it.
      expect([positions[partition]?.next, running.positions[partition]?.next]).toEqual([2n, 1n])
      const other = new Feed(hub, schemas, new CursorCodec(world.secret))
      const cursor = other.cursor(other.select({}), { positions })
      await waitFor('the end of the topic', () => running.history.store.seen()[partition] === 2n)
      expect(await world.page(`?cursor=${cursor}`)).toMatchObject({ events: [], has_next: false })
      await world.write({ id: 1n, title: 'next' })
      const { events } = await world.page(`?cursor=${cursor}`)
      expect(events.map(({ data }) => data['title'])).toEqual(['next'])
    } finally {
      await hub.stop()
    }
  })
})

test('R25, R62: of an outbox are no events of a server that has not read them', async () => {
  const outbox = await OutboxWorld.start()
  try {
    await outbox.insert({ id: 1 }, { id: 2 })
    await outbox.insert({ id: 2, kind: 'updated' }, { id: 3 })
    await outbox.feed.trimmed(1n, 2)
    const seen = async (): Promise<readonly unknown[]> => {
      const session = await outbox.session('team-a', '?start=earliest&until=head')
      await session.ended()
      const after = { 'x-consumer-id': 'team-a', 'last-event-id': '2' }
      return [session.facts.map(({ id }) => id), (await outbox.refusal('', after))[0]]
    }
    expect(await seen()).toEqual([['3'], 410])
    await outbox.feed.close()
    rmSync(join(outbox.feed.folder, 'store'), { recursive: true })
    await outbox.feed.open()
    expect(await seen()).toEqual([['3'], 410])
  } finally {
    await outbox.feed.stop()
  }
})
