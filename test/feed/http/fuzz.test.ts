import { request } from 'node:http'
import fc from 'fast-check'
import { CursorCodec } from '../../../src/feed/cursor/cursor'
import { PROBLEMS } from '../../../src/feed/problem'
import { codePoint } from '../../support/code-point'
import { FeedWorld, PAGES, STREAM } from '../feed-world'

interface Answer {
  readonly status: number
  readonly text: string
}

describe('any request', () => {
  let world: FeedWorld
  let cursors: readonly string[]
  beforeAll(async () => {
    world = await FeedWorld.start()
    for (let id = 1n; id <= 5n; id += 1n) await world.write({ id, title: `t${id}` })
    cursors = (await world.page()).events.map(({ cursor }) => cursor)
  })
  afterAll(() => world.stop())

  /** A stream is cut off after its first bytes. */
  const ask = (
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const url = new URL(world.url)
      const method = body === undefined ? 'GET' : 'POST'
      const asked = request(
        { host: url.hostname, port: url.port, path, method, headers },
        (response) => {
          let text = ''
          const done = (): void => resolve({ status: response.statusCode ?? 0, text })
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
            if (text.startsWith('retry:')) asked.destroy()
          })
          response.on('close', done).on('error', done)
        },
      )
      asked.on('error', reject).end(body)
    })

  const expectDocumented = ({ status, text }: Answer): void => {
    expect([200, 204, ...Object.values(PROBLEMS)]).toContain(status)
    expect(status).not.toBe(500)
    if (status < 400) return
    const { type } = JSON.parse(text) as { readonly type: string }
    expect(PROBLEMS).toHaveProperty(type.replace('urn:facts:', ''), status)
  }

  const names = [
    'where',
    'changes_on',
    'select',
    'start',
    'start_ts',
    'cursor',
    'last_event_id',
    'lastEventId',
    'page_size',
    'until',
    'status',
    'consumer',
    'colour',
    '__proto__',
    'constructor',
    '',
    'lag',
    'order',
    'window',
    'otherwise',
  ]
  const Value = fc.oneof(
    fc.string({ unit: codePoint, maxLength: 60 }),
    fc.constantFrom(
      ...[
        'earliest',
        'now',
        'snapshot',
        'head',
        'true',
        '0',
        '-1',
        '16000',
        '1e9',
        '2026-01-01T00:00:00Z',
        'title',
      ],
      ...[
        'title,,',
        'header.subject',
        'title == "t1"',
        'commit',
        '1000',
        'acknowledged',
        'fact',
        'header',
        '*',
        '../..',
        '\u0000',
        '9'.repeat(30),
      ],
    ),
  )
  const Query = fc.array(fc.tuple(fc.constantFrom(...names), Value), { maxLength: 4 })

  test('R33, R41: queries are answered or refused as documented, never with 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        Query,
        fc.constantFrom(PAGES, STREAM, `${PAGES}/cursor`),
        async (query, path) => {
          const text = query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
          expectDocumented(await ask(`${path}?${text}`))
        },
      ),
      { numRuns: 400 },
    )
  })

  test('R33, R41: so are bodies', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .dictionary(fc.constantFrom(...names), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        expectDocumented(await ask(PAGES, { 'content-type': 'application/json' }, text))
      }),
      { numRuns: 200 },
    )
  })

  test('R21, R41: so are cursors that were changed, and none of those is taken', async () => {
    const at = fc.nat(200)
    const change = fc.constantFrom('flip', 'cut', 'double', 'swap')
    await fc.assert(
      fc.asyncProperty(fc.nat(4), at, change, async (which, place, how) => {
        const cursor = cursors[which] ?? ''
        const index = place % cursor.length
        const changed = {
          flip: `${cursor.slice(0, index)}${cursor[index] === 'x' ? 'y' : 'x'}${cursor.slice(index + 1)}`,
          cut: cursor.slice(0, index),
          double: `${cursor}${cursor}`,
          swap: `${cursor.slice(index)}${cursor.slice(0, index)}`,
        }[how]
        if (changed === cursor) return
        const answer = await ask(`${STREAM}?cursor=${encodeURIComponent(changed)}`)
        expectDocumented(answer)
        // An empty one starts the stream afresh, as requested.
        expect(answer.status).toBe(400)
      }),
      { numRuns: 300 },
    )
  })

  test('R22, R24, R26, R41: so are authentic cursors of other places', async () => {
    const codec = new CursorCodec(world.secret)
    const position = fc.record({ next: fc.bigInt(0n, 2n ** 62n), check: fc.nat(2 ** 31) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(position, { maxLength: 5 }),
        fc.nat(9),
        fc.uint8Array({ maxLength: 9 }),
        async (positions, partition, key) => {
          const own = codec.decode(cursors[0] ?? '')
          const snapshot = { partition, key: Buffer.from(key) }
          const cursor = codec.encode({ ...own, positions, snapshot })
          expectDocumented(await ask(`${PAGES}?cursor=${cursor}`))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('R41, R44: so are headers', async () => {
    const header = fc
      .string({ unit: 'grapheme-ascii', maxLength: 300 })
      .filter((text) => !/[^\x20-\x7e]/.test(text))
    await fc.assert(
      fc.asyncProperty(header, header, header, async (last, consumer, origin) => {
        const headers = { 'last-event-id': last, 'x-consumer-id': consumer, origin }
        expectDocumented(await ask(PAGES, headers))
      }),
      { numRuns: 200 },
    )
  })

  test('the server is well after all that', async () => {
    expect((await world.page()).events).toHaveLength(5)
    expect(
      (await world.metrics.refusals.get()).values.some(
        ({ labels }) => labels.problem === 'internal',
      ),
    ).toBe(false)
  })
})
