import { waitFor } from '../../support/wait-for'
import type { WorldOptions } from '../feed-world'
import { OutboxWorld } from '../outbox-world'
import { unreachable } from '../unreachable-log'

describe('a stream of events resumes', () => {
  let world: OutboxWorld
  const start = async (options?: WorldOptions): Promise<void> => {
    world = await OutboxWorld.start(options)
  }
  afterEach(() => world.feed.stop())

  const problem = (name: string): object => ({ type: `urn:facts:${name}` })
  const after = (id: string): Record<string, string> => ({
    'x-consumer-id': 'team-a',
    'last-event-id': id,
  })

  test('R64: after the event with a number, then live, also when that was for another consumer', async () => {
    await start()
    for (const id of [1, 2, 3]) await world.insert({ id })
    await world.insert({ id: 5, subscriber: 'team-b' })
    await world.insert({ id: 4 })
    const ways = [
      await world.session('team-a', '?start=now', { 'last-event-id': '5' }),
      await world.session('team-a', '?last_event_id=5'),
      await world.session('team-a', '?lastEventId=5'),
      await world.session('team-a', '?cursor=5'),
    ]
    await world.insert({ id: 6 })
    for (const session of ways) expect(await world.numbers(session, 2)).toEqual([4, 6])
  })

  test('R64: a number that was never given is refused, and is not taken for now', async () => {
    await start()
    await world.insert({ id: 1 }, { id: 3 })
    for (const id of ['2', '4', '0', '-1', '9223372036854775807']) {
      const refused = await world.refusal('?start=now', after(id))
      expect([id, ...refused]).toMatchObject([id, 404, problem('event-unknown')])
      expect(refused[1]['detail']).toMatch(/start=earliest or start=now/)
    }
    expect(await world.refusal('', after('five'))).toMatchObject([400, problem('cursor-invalid')])
  })

  test('R64: the number of an event that is committed but not seen here yet is waited for', async () => {
    await start({ pollMs: 60_000 })
    await world.insert({ id: 1 }, { id: 2 })
    const session = await world.session('team-a', '', { 'last-event-id': '1' })
    expect(await world.numbers(session, 1)).toEqual([2])
  })

  test('R64: after an event that is no longer retained with an error that says so', async () => {
    await start()
    await world.insert(...[1, 2, 3, 4, 5, 6].map((id) => ({ id })))
    await world.insert({ id: 2, kind: 'updated' })
    await world.feed.trimmed(1n, 4)
    for (const id of ['1', '2', '4', '99']) {
      expect([id, ...(await world.refusal('', after(id)))]).toMatchObject([
        id,
        410,
        problem('cursor-expired'),
      ])
    }
    const kept = await world.session('team-a', '', { 'last-event-id': '5' })
    expect(await world.numbers(kept, 1)).toEqual([6])
    const { earliest } = (await world.refusal('', after('1')))[1]
    const again = await world.session('team-a', `?cursor=${String(earliest)}`)
    expect(await world.numbers(again, 2)).toEqual([5, 6])
  })

  test('R64: a number that was used twice is rejected, because either position would be a guess', async () => {
    await start()
    await world.insert({ id: 1 }, { id: 2 })
    await world.insert({ id: 1, kind: 'deleted' }, { id: 2, kind: 'deleted' })
    await world.insert({ id: 1 })
    expect(await world.refusal('', after('1'))).toMatchObject([409, problem('event-ambiguous')])
    const session = await world.session('team-a', '', { 'last-event-id': '2' })
    expect(await world.numbers(session, 1)).toEqual([1])
  })

  test('R64: from the id of a heartbeat, which is after events that were for others', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const session = await world.live('team-a')
    const first = session.lastEventId
    await world.insert({ id: 1, subscriber: 'team-b' })
    await waitFor('the heartbeat to move on', () => session.lastEventId !== first)
    const resumed = await world.session('team-a', '', { 'last-event-id': session.lastEventId })
    const sooner = await world.session('team-a', '', { 'last-event-id': first })
    await world.insert({ id: 2 })
    for (const one of [session, resumed, sooner]) expect(await world.numbers(one, 1)).toEqual([2])
    const other = await world.refusal('', {
      'x-consumer-id': 'team-b',
      'last-event-id': first,
    })
    expect(other).toMatchObject([409, problem('cursor-of-another-filter')])
  })

  test('R64: with another server, which has nothing but the log, cut at every event', async () => {
    await start()
    const order = [3, 1, 2, 7, 5, 6, 4]
    for (const id of order.slice(0, 4)) await world.insert({ id })
    const seen: number[] = []
    let at = ''
    for (const [index, id] of order.entries()) {
      const query = at === '' ? '?start=earliest' : ''
      const session = await world.session('team-a', query, at === '' ? {} : { 'last-event-id': at })
      if (index >= 4) await world.insert({ id })
      const [event] = await session.next(1)
      seen.push(Number(event?.id))
      at = event?.id ?? ''
      session.close()
      await world.feed.close()
      await world.feed.open()
    }
    expect(seen).toEqual(order)
  })

  test('R66: without Kafka it gets a status, and misses nothing', async () => {
    const outage = { on: false }
    await start({ log: (log) => unreachable(log, outage) })
    const session = await world.live('team-a')
    await world.insert({ id: 1 })
    await world.numbers(session, 1)
    outage.on = true
    await session.status('upstream-lost')
    expect(session.raw).toMatch(/\nevent: feed-status\ndata: .*upstream-lost.*\nid: [\w-]{40,}\n/)
    const late = await world.session('team-a', '', { 'last-event-id': '1' })
    await late.status('upstream-lost')
    expect(await world.refusal('', after('2'))).toMatchObject([503, problem('upstream-lost')])
    expect(await world.refusal('')).toMatchObject([503, problem('upstream-lost')])
    outage.on = false
    await session.status('upstream-restored')
    await world.insert({ id: 2 })
    expect(await world.numbers(session, 2)).toEqual([1, 2])
    expect(await world.numbers(late, 1)).toEqual([2])
  })

  test('R66: what is of the stream itself has names of its own, and does not come when it is not wanted', async () => {
    await start({ server: { heartbeatMs: 50 } })
    const quiet = await world.live('team-a', '?status=false')
    const asked = await world.session('team-a')
    await asked.status('live')
    await asked.status('heartbeat')
    await world.insert({ id: 1, type: 'status' }, { id: 2, type: 'error' })
    for (const one of [quiet, asked]) {
      await waitFor('the events', () => one.events.some(({ id }) => id === '2'))
      const own = one.events.filter(({ event }) => !event.startsWith('feed-'))
      expect(own.map(({ event }) => event)).toEqual(['status', 'type=error'])
    }
    expect(quiet.events).toHaveLength(2)
    await world.feed.close()
    await waitFor('the end to be reported', () =>
      /event: feed-status\ndata: .*"closing"/.test(quiet.raw),
    )
    await world.feed.open()
  })

  test('R67: parameters of pages and of the form are refused, others are those of a stream', async () => {
    await start()
    for (const query of [
      'select=type',
      'page_size=5',
      'format=cloudevents',
      'start=snapshot',
      'start=acknowledged',
      'order=commit',
      'x=1',
    ]) {
      const [status, body] = await world.refusal(`?${query}`)
      expect([query, status, body]).toMatchObject([query, 400, problem('parameter-invalid')])
    }
    await world.insert({ id: 1 }, { id: 2, type: 'update' }, { id: 3 })
    const where = encodeURIComponent('fact.type == "update"')
    const session = await world.session('team-a', `?start=earliest&until=head&where=${where}`)
    await session.finished
    expect(session.facts.map(({ id }) => id)).toEqual(['2'])
  })

  test('R67: a replay of many events waits for its reader, instead of being buffered for', async () => {
    await start({ server: { bufferBytes: 64 * 1024 } })
    const [count, size] = [20_000, 1_000]
    const payload = JSON.stringify('x'.repeat(size))
    for (let id = 1; id <= count; id += 1_000) {
      await world.insert(...Array.from({ length: 1_000 }, (_, n) => ({ id: id + n, payload })))
    }
    const session = await world.session('team-a', '?start=earliest')
    session.pause()
    let made = 0
    let since = Date.now()
    await waitFor('the replay to pause', async () => {
      const { values } = await world.feed.metrics.events.get()
      const now = values.find(({ labels }) => labels['way'] === 'stream')?.value ?? 0
      if (now !== made) since = Date.now()
      made = now
      return made > 0 && Date.now() - since > 500
    })
    // What connections hold, in the kernel and here, is much less than everything.
    expect(made).toBeLessThan(count * 0.75)
    session.resume()
    await waitFor('all events', () => session.facts.length >= count, 40_000)
    expect(session.facts.map(({ id }) => id)).toEqual(
      Array.from({ length: count }, (_, n) => String(n + 1)),
    )
  })

  test('R67: a session counts among those of its consumer', async () => {
    await start({ server: { sessions: { total: 100, perAddress: 100, perConsumer: 1 } } })
    await world.live('team-a')
    expect(await world.refusal('')).toMatchObject([429, problem('too-many-sessions')])
  })
})
