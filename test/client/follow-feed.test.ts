import fc from 'fast-check'
import type { FollowStart } from '../../src/client'
import { MemoryPosition } from '../../src/client'
import { FeedWorld } from '../feed/feed-world'
import type { WorldOptions } from '../feed/feed-world'
import { waitFor } from '../support/wait-for'
import { CuttingProxy } from './cutting-proxy'
import { Following } from './following'

describe('a follower', () => {
  let world: FeedWorld
  let proxy: CuttingProxy
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await FeedWorld.start(options)
    proxy = await CuttingProxy.start(() => world.url)
  }
  const followers: Following[] = []
  const follow = (given: Partial<ConstructorParameters<typeof Following>[0]> = {}): Following => {
    const following = new Following({ url: proxy.url, ...given })
    followers.push(following)
    return following
  }
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((one) => one.stop()))
    await proxy.stop()
    await world.stop()
  })

  test('handles each event in order, from the earliest fact on, and continues as facts arrive', async () => {
    await start()
    await world.write({ id: 1n, title: 'first' }, { id: 1n, title: 'second' })
    const following = follow()
    await following.status('live')
    await world.write({ id: 1n, kind: 'deleted' })
    const events = await following.saw(3)
    expect(events.map(({ type, data }) => [type, data['title']])).toEqual([
      ['add', 'first'],
      ['update', 'second'],
      ['remove', undefined],
    ])
    expect(events[0]).toMatchObject({ txn_ts: expect.any(String), cursor: expect.any(String) })
  })

  test('sees what it chose: a set, its changes, some fields', async () => {
    await start()
    const following = follow({
      where: 'title == "mine"',
      changesOn: ['quantity'],
      select: ['title', 'quantity'],
    })
    await following.status('live')
    await world.write({ id: 1n, title: 'other' }, { id: 2n, title: 'mine', notes: 'long' })
    await world.write({ id: 2n, title: 'mine', notes: 'longer' })
    await world.write({ id: 2n, title: 'mine', quantity: 5 }, { id: 1n, title: 'mine' })
    await world.write({ id: 2n, title: 'other' })
    const events = await following.saw(4)
    expect(
      events.filter(({ data }) => data['id'] === '2').map(({ type, data }) => [type, data]),
    ).toEqual([
      ['add', { id: '2', title: 'mine', header: { subject: '2' } }],
      ['update', { id: '2', title: 'mine', quantity: 5, header: { subject: '2' } }],
      ['remove', { id: '2', header: expect.objectContaining({ subject: '2' }) }],
    ])
    expect(events).toHaveLength(4)
  })

  test('shares a feed with others, a part for each', async () => {
    await start()
    await world.write(...Array.from({ length: 40 }, (_, n) => ({ id: BigInt(n) })))
    const parts = ['1/3', '2/3', '3/3'].map((shard) => follow({ shard, until: 'head' }))
    for (const part of parts) expect(await part.ended).toBeUndefined()
    const subjects = parts.flatMap(({ seen }) => seen.map(({ data }) => data['id'] ?? '0'))
    expect(subjects.map(Number).sort((a, b) => a - b)).toEqual([...Array(40).keys()])
    for (const { seen } of parts) expect(seen.length).toBeLessThan(30)
  })

  test('sends a filter that is too long for an address in a body', async () => {
    await start()
    await world.write({ id: 1n, title: 'mine' }, { id: 2n, title: 'other' })
    // In an address each takes nine characters, and a server takes 8 KiB.
    const others = Array.from({ length: 40 }, (_, n) => `"${'€'.repeat(60)}${n}"`)
    const where = `title == "mine" || title in [${others.join()}]`
    const following = follow({ where, until: 'head' })
    expect(await following.ended).toBeUndefined()
    expect(following.seen.map(({ data }) => data['id'])).toEqual(['1'])
  })

  test('begins with the snapshot, at a time or now, as configured', async () => {
    await start()
    const time = 1_795_000_500_000_000n
    await world.write({ id: 1n, time: time - 1_000_000n, quantity: 1 })
    await world.write({ id: 1n, time: time + 1_000_000n, quantity: 2 })
    await world.write({ id: 2n, time: time + 2_000_000n, quantity: 3 })
    const after = new Date(Number(time / 1_000n)).toISOString()
    const quantities = async (start: FollowStart): Promise<unknown> => {
      const following = follow({ start, until: 'head' })
      expect(await following.ended).toBeUndefined()
      return following.seen.map(({ data }) => data['quantity']).sort()
    }
    expect(await quantities('earliest')).toEqual([1, 2, 3])
    expect(await quantities({ after })).toEqual([2, 3])
    expect(await quantities('snapshot')).toEqual([2, 3])
    expect(await quantities('now')).toEqual([])
  })

  test('ends at the head with until, also when there is nothing to read', async () => {
    await start()
    const position = new MemoryPosition()
    await world.write({ id: 1n })
    for (const expected of [1, 0]) {
      const following = follow({ until: 'head', position })
      expect(await following.ended).toBeUndefined()
      expect(following.seen).toHaveLength(expected)
    }
  })

  test('loses and doubles nothing, wherever its connections are cut', async () => {
    await start()
    let cuts = 0
    const Cuts = fc.record({
      after: fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 60, maxLength: 60 }),
      batches: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 20, maxLength: 40 }),
    })
    let count = 0
    await fc.assert(
      fc.asyncProperty(Cuts, async ({ after, batches }) => {
        const lengths = [...after]
        proxy.cutAfter = () => lengths.shift() ?? Number.POSITIVE_INFINITY
        const written: string[] = []
        const following = follow({ start: 'now', select: ['quantity'] })
        await waitFor('the start', () => following.all('connected').length > 0)
        for (const facts of batches) {
          const batch = Array.from({ length: facts }, () => ({
            id: BigInt(1 + (count % 5)),
            quantity: (count += 1),
          }))
          written.push(...batch.map(({ id, quantity }) => `${id}:${quantity}`))
          await world.write(...batch)
        }
        await following.saw(written.length)
        await following.stop()
        const expected: Record<string, string[]> = {}
        for (const one of written) (expected[one.split(':')[0] ?? ''] ??= []).push(one)
        expect(following.bySubject).toEqual(expected)
        cuts += following.all('reconnecting').length
      }),
      { numRuns: 6, endOnFailure: true },
    )
    expect(cuts).toBeGreaterThan(60)
  })

  test('waits for its turn at a server that is full', async () => {
    await start({ server: { sessions: { total: 1, perAddress: 9, perConsumer: 9 } } })
    await world.write({ id: 1n })
    const other = await world.stream()
    await other.status('live')
    const following = follow()
    await waitFor('the refusal', () => following.all('reconnecting').length > 0)
    expect(following.all('reconnecting')[0]?.error.message).toContain('503 server-full')
    other.close()
    await following.saw(1)
  })

  test('resumes when the server was killed and runs at another address', async () => {
    await start()
    const following = follow()
    await world.write({ id: 1n, quantity: 1 })
    await following.saw(1)
    await world.close()
    await waitFor('the loss to be noticed', () => following.all('reconnecting').length > 2)
    await world.open()
    await world.write({ id: 1n, quantity: 2 })
    expect((await following.saw(2)).map(({ data }) => data['quantity'])).toEqual([1, 2])
  })

  test('gives up a connection that has been silent for twice the heartbeat, and makes another', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const following = follow({ heartbeatMs: 1_500 })
    await following.status('live')
    proxy.isSilent = true
    await world.write({ id: 1n })
    await waitFor('the silence to be noticed', () => following.all('reconnecting').length > 0)
    expect(following.all('reconnecting')[0]?.error.message).toContain('said nothing for 3000 ms')
    proxy.isSilent = false
    proxy.cut()
    await following.saw(1)
  })

  test('stays on a quiet connection as long as it hears its heartbeat', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const following = follow({ heartbeatMs: 1_500 })
    await following.status('live')
    let last = proxy.bytes
    let beats = 0
    // One a second: for longer than it would wait for any.
    await waitFor('five heartbeats', () => {
      if (proxy.bytes > last) beats += 1
      last = proxy.bytes
      return beats >= 5
    })
    expect(following.all('reconnecting')).toEqual([])
  })

  test('reads no further than it has handled: a slow handler stops the server, not the memory', async () => {
    await start()
    const notes = 'n'.repeat(20_000)
    for (let batch = 0; batch < 40; batch += 1) {
      await world.write(
        ...Array.from({ length: 25 }, (_, n) => ({ id: BigInt(n), quantity: batch, notes })),
      )
    }
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const following = follow({ handle: () => held })
    let last = -1
    await waitFor('nothing to move any more', async () => {
      const before = proxy.bytes
      await new Promise((resolve) => setTimeout(resolve, 300))
      const isStill = before > 0 && before === proxy.bytes && last === before
      last = before
      return isStill
    })
    expect(proxy.bytes).toBeLessThan(8 * 1024 * 1024)
    release()
    await following.saw(1_000)
    expect(proxy.bytes).toBeGreaterThan(20_000_000)
    expect(following.all('reconnecting')).toEqual([])
  })
})
