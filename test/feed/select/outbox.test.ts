import { join } from 'node:path'
import { Hub } from '../../../src/feed/live/hub'
import { createLogger } from '../../../src/telemetry'
import { waitFor } from '../../support/wait-for'
import type { WorldOptions } from '../feed-world'
import { OutboxWorld } from '../outbox-world'

const EVERYTHING = '?start=earliest'

describe('the stream of events', () => {
  let world: OutboxWorld
  const start = async (options?: WorldOptions): Promise<void> => {
    world = await OutboxWorld.start(options)
  }
  afterEach(() => world.feed.stop())

  test('R62: an event is its number, its type and its payload', async () => {
    await start()
    const session = await world.live('team-a')
    await world.insert({ id: 1, payload: '{"foo": "bar"}' })
    await world.events(session, 1)
    expect(session.raw).toMatch(/\n\nid: 1\nevent: insert\ndata: \{"foo":"bar"\}\n\n$/)
  })

  test('R62: any payload is sent exactly, in one line', async () => {
    await start()
    const tokens = '{"a":12345678901234567890.1000,"b":[1e400,-0],"c":"x \\"y\\" \\n \\\\","d":{}}'
    const spaced =
      '{ "a": 12345678901234567890.1000,\r\n"b": [1e400, -0],\t"c": "x \\"y\\" \\n \\\\", "d": {} }'
    await world.insert({ id: 1, payload: spaced }, { id: 2, payload: 'null' }, { id: 3 })
    const session = await world.session('team-a', EVERYTHING)
    await world.events(session, 3)
    expect(session.raw).toContain(`id: 1\nevent: insert\ndata: ${tokens}\n\nid: 2\n`)
  })

  test('R62: a payload may be as large as a record, and full of what has to be escaped', async () => {
    await start()
    const texts = ['\n"\\'.repeat(150_000), ' '.repeat(900_000), 'x'.repeat(900_000)]
    await world.insert(...texts.map((text, id) => ({ id, payload: JSON.stringify([text]) })))
    const events = await world.events(await world.session('team-a', EVERYTHING), 3)
    expect(
      events.map(({ data }) => JSON.stringify(data) === JSON.stringify([texts.shift()])),
    ).toEqual([true, true, true])
  })

  test('R62: nothing in an event can begin another field or block', async () => {
    await start()
    await world.insert(
      { id: 1, type: 'a\n\nid: 9\r\ndata: x', payload: '"broken\n\nid: 9\n\n' },
      { id: 2 },
    )
    const session = await world.session('team-a', `${EVERYTHING}&status=false`)
    await world.standing(session)
    const blocks = session.raw.split('\n\n').filter((block) => block.includes('data: '))
    expect(blocks).toHaveLength(2)
    // The first one tells besides how long to wait.
    expect(blocks.map((block) => block.split('\n').length)).toEqual([4, 3])
    expect(session.raw).not.toContain('\nid: 9')
  })

  test('R62: a patch says of which event, where EventSource shows it', async () => {
    await start()
    await world.insert(
      { id: 1, payload: '{"foo": "bar"}' },
      { id: 2, type: 'patch', payload: '{"foo": "baz"}', patchOf: 1n },
    )
    const events = await world.events(await world.session('team-a', EVERYTHING), 2)
    expect(events).toMatchObject([
      { id: '1', data: { foo: 'bar' } },
      { id: '2', event: 'patch', data: { patch_of: '1', payload: { foo: 'baz' } } },
    ])
  })

  test('R62: an event is sent once: later changes of its row send nothing', async () => {
    await start()
    const session = await world.live('team-a')
    await world.insert({ id: 1 }, { id: 2 })
    await world.insert({ id: 1, kind: 'updated', type: 'changed' }, { id: 2, kind: 'deleted' })
    await world.insert({ id: 3 })
    const replayed = await world.session('team-a', EVERYTHING)
    for (const one of [session, replayed]) expect(await world.numbers(one, 3)).toEqual([1, 2, 3])
    // The feed of the same facts tells them as a set of rows.
    const page = await world.feed.json<{ readonly events: readonly { type: string }[] }>(
      '/feeds/outbox',
    )
    expect(page.events.map(({ type }) => type)).toEqual(['add', 'add', 'update', 'remove', 'add'])
  })

  test('R63: events are sent in the order of their commits, regardless of their numbers', async () => {
    await start()
    const live = await world.live('team-a')
    for (const id of [1, 4, 2]) await world.insert({ id })
    await world.insert({ id: 9 }, { id: 3 })
    await world.insert({ id: 5 })
    const order = [1, 4, 2, 9, 3, 5]
    expect(await world.numbers(live, 6)).toEqual(order)
    expect(await world.numbers(await world.session('team-a', EVERYTHING), 6)).toEqual(order)
    for (const [index, id] of order.slice(0, -1).entries()) {
      const resumed = await world.session('team-a', '', { 'last-event-id': String(id) })
      const rest = order.slice(index + 1)
      expect(await world.numbers(resumed, rest.length)).toEqual(rest)
    }
  })

  test('R63: a feed of events whose topic has more than one partition is not opened', async () => {
    await start()
    const { hub, broker } = world.feed
    broker.createTopic('several', 3)
    const definition = { ...hub.options.definition, topic: 'several', partitions: 1 }
    const logger = createLogger({ level: 'silent', format: 'json' })
    const warn = jest.spyOn(logger, 'warn')
    const folder = join(world.feed.folder, 'several')
    const other = new Hub({ ...hub.options, definition, logger, folder })
    other.start()
    try {
      await waitFor('it to be looked at', () => warn.mock.calls.length > 0)
      expect(warn.mock.calls[0]?.[0]).toMatchObject({ err: { code: 'PARTITIONS_CHANGED' } })
      expect(other.isOpen).toBe(false)
    } finally {
      await other.stop()
    }
  })

  test('R28: a field that has a name of the language is there in a filter, under fact', async () => {
    await start()
    expect(await world.refusal(`?where=${encodeURIComponent('type == "update"')}`)).toMatchObject([
      400,
      { type: 'urn:facts:filter-invalid' },
    ])
    await world.insert({ id: 1 }, { id: 2, type: 'update' })
    const where = encodeURIComponent('fact.type == "update"')
    expect(
      await world.numbers(await world.session('a', `${EVERYTHING}&where=${where}`), 1),
    ).toEqual([2])
  })

  test('R65: all sessions of a consumer get every event, and others those without another subscriber', async () => {
    await start()
    const sessions = [await world.live('team-a'), await world.live('team-a', '?status=true')]
    const other = await world.live('team-b')
    await world.insert({ id: 1 }, { id: 2, subscriber: 'team-a' }, { id: 3, subscriber: 'team-b' })
    await world.insert({ id: 4, subscriber: 'other' }, { id: 5 })
    sessions.push(await world.session('team-a', EVERYTHING))
    for (const session of sessions) expect(await world.numbers(session, 3)).toEqual([1, 2, 5])
    expect(await world.numbers(other, 3)).toEqual([1, 3, 5])
    for (const session of [...sessions, other]) expect(session.raw).not.toContain('"n":4')
  })

  test('R65: what is addressed to others is not in the feed of the events either', async () => {
    await start()
    await world.insert({ id: 1 }, { id: 2, subscriber: 'team-a' }, { id: 3 })
    const seen = async (headers: Record<string, string>): Promise<unknown> => {
      const { events, stats } = await world.feed.json<{
        readonly events: readonly { readonly data: { readonly id: string } }[]
        readonly stats: { readonly read: number }
      }>('/feeds/outbox', { headers })
      const { status } = await world.feed.get('/feeds/outbox/facts/2', { headers })
      return [events.map(({ data }) => data.id).join(), stats.read, status]
    }
    expect(await seen({ 'x-consumer-id': 'team-a' })).toEqual(['1,2,3', 3, 200])
    expect(await seen({ 'x-consumer-id': 'team-b' })).toEqual(['1,3', 2, 404])
    expect(await seen({})).toEqual(['1,3', 2, 404])
    const { head } = await world.feed.json<{ readonly head: string }>('/feeds/outbox/cursor')
    const foreign = await world.feed.get(`/feeds/outbox?consumer=team-a&cursor=${head}`)
    expect(foreign.status).toBe(409)
  })

  test('R65: a request without a consumer gets no events', async () => {
    await start()
    expect(await world.refusal('', {})).toMatchObject([
      400,
      { type: 'urn:facts:parameter-invalid', parameter: 'consumer' },
    ])
    const session = await world.feed.follow('/events?consumer=team-a&start=earliest', {})
    await world.insert({ id: 1, subscriber: 'team-a' })
    expect(await world.numbers(session, 1)).toEqual([1])
  })
})
