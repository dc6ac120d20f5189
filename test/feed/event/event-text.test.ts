import { sseBlock } from '../../../src/feed/event/event-text'
import { waitFor } from '../../support/wait-for'
import { FeedWorld } from '../feed-world'
import { OutboxWorld } from '../outbox-world'

/** Where Python's splitlines ends a line, and with it the clients that iterate over lines, but for the line feed. */
const ENDS = new Set([0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029])
const otherEnds = (text: string): readonly string[] =>
  Array.from(text).filter((character) => ENDS.has(character.charCodeAt(0)))

describe('the text of events', () => {
  let world: FeedWorld | undefined
  let outbox: OutboxWorld | undefined
  afterEach(async () => {
    await world?.stop()
    await outbox?.feed.stop()
    world = outbox = undefined
  })

  test('R10: no reader ends a line within data', async () => {
    world = await FeedWorld.start()
    const title = 'a\u2028b\u2029c\u0085d\re\u000bf\u001cg'
    await world.write({ id: 1n, title })
    const stream = await world.stream('?start=earliest&until=head')
    await stream.ended()
    expect(stream.facts[0]?.data.data['title']).toBe(title)
    expect(otherEnds(stream.raw)).toEqual([])
  })

  test('R62: no reader ends a line within the payload or the type of an event', async () => {
    outbox = await OutboxWorld.start()
    await outbox.insert(
      { id: 1, type: 'u\u2028id: 98\u2028data: evil', payload: '{"n": "x\u2028y\u0085z"}' },
      { id: 2, type: 'a\u0085b\u2029c' },
    )
    const session = await outbox.session('team-a', '?start=earliest&until=head')
    await session.ended()
    expect(session.facts.map(({ id, event }) => [id, event])).toEqual([
      ['1', 'u id: 98 data: evil'],
      ['2', 'a b c'],
    ])
    expect(session.facts[0]?.data).toEqual({ n: 'x\u2028y\u0085z' })
    expect(otherEnds(session.raw)).toEqual([])
  })

  test('R62: a type that means something else to clients is marked, and no two become the same', async () => {
    outbox = await OutboxWorld.start()
    const types = ['error', 'open', 'message', '', 'feed-status', 'feed-error', 'feed-x']
    const others = ['type=error', 'errors', 'Error', 'feed', 'insert']
    await outbox.insert(...[...types, ...others].map((type, id) => ({ id, type })))
    const session = await outbox.session('team-a', '?start=earliest&until=head')
    await session.ended()
    const seen = session.events.filter(({ id }) => /^\d+$/.test(id)).map(({ event }) => event)
    expect(seen).toEqual([
      ...types.map((type) => `type=${type}`),
      'type=type=error',
      'errors',
      'Error',
      'feed',
      'insert',
    ])
  })

  test('R62: an event whose row was changed later, and whose insertion is gone, is not an event again', async () => {
    outbox = await OutboxWorld.start()
    await outbox.insert({ id: 1 }, { id: 2 })
    await outbox.insert({ id: 1, kind: 'updated' }, { id: 3 })
    await outbox.feed.trimmed(1n, 2)
    const session = await outbox.session('team-a', '?start=earliest&until=head')
    await session.ended()
    expect(session.facts.map(({ id }) => id)).toEqual(['3'])
  })

  test('R10: there is no block without data, which some readers take for an event', async () => {
    world = await FeedWorld.start({ server: { heartbeatMs: 100 } })
    await world.write({ id: 1n })
    const stream = await world.stream('?start=snapshot')
    await stream.status('live')
    await waitFor('two heartbeats', () => stream.raw.split('"heartbeat"').length > 2)
    const ordered = await world.stream('?start=earliest&order=commit&window=100&lag=0')
    await ordered.status('window-end')
    const blocks = `${stream.raw}${ordered.raw}`.split('\n\n').slice(0, -1)
    expect(blocks.filter((block) => !/^data: ./m.test(block))).toEqual([])
  })

  test('R66: a stream of events has no block without data either, and ends at the head for every reader', async () => {
    outbox = await OutboxWorld.start({ server: { heartbeatMs: 100 } })
    await outbox.insert({ id: 1 }, { id: 2, subscriber: 'team-b' })
    const live = await outbox.session('team-a', '?start=earliest')
    await waitFor('two heartbeats', () => live.raw.split('"heartbeat"').length > 2)
    const ended = await outbox.session('team-a', '?start=earliest&until=head')
    await ended.ended()
    const blocks = `${live.raw}${ended.raw}`.split('\n\n').filter((block) => block !== '')
    expect(blocks.filter((block) => !/^data: ./m.test(block))).toEqual([])
    const query = '?start=earliest&until=head&status=false'
    const quiet = await outbox.session('team-a', query)
    await quiet.ended()
    for (const session of [ended, quiet]) {
      // npm eventsource 3 and 4 take an id with data alone.
      const withData = session.raw.split('\n\n').filter((block) => /^data: /m.test(block))
      const last = /^id: (.*)$/m.exec(withData.at(-1) ?? '')?.[1] ?? ''
      const headers = { 'x-consumer-id': 'team-a', 'last-event-id': last }
      expect((await outbox.feed.get(`/events${query}`, { headers })).status).toBe(204)
    }
  })
})

test('R10: what is escaped in a block is the same to who parses it', () => {
  const value = {
    text: Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join(''),
  }
  const block = sseBlock('add', 'c', JSON.stringify(value)).toString()
  const [, data = ''] = /\ndata: (.*)\nid: c\n\n$/.exec(block) ?? []
  expect(JSON.parse(data)).toEqual(value)
  expect([otherEnds(block), block.split('\n').length]).toEqual([[], 5])
})
