import fc from 'fast-check'
import { codePoint } from '../../support/code-point'
import { FEED, FeedWorld, PAGES } from '../feed-world'
import { TokenIssuer } from '../token-issuer'

let world: FeedWorld
let issuer: TokenIssuer
beforeEach(async () => {
  issuer = await TokenIssuer.start()
  const auth = issuer.verifier()
  world = await FeedWorld.start({ server: { auth, corsOrigins: ['https://app.example'] } })
  for (let id = 1n; id <= 3n; id += 1n) await world.write({ id, title: `t${id}` })
})
afterEach(async () => {
  await world.stop()
  await issuer.stop()
})

const GRANT = { feeds: [FEED] }
const headersOf = async (sub: string, grant: object = GRANT): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await issuer.token(grant, { sub })}`,
})
const address = (consumer: string): string =>
  `/consumers/${encodeURIComponent(consumer)}/cursor?feed=${FEED}`

async function statuses(
  consumer: string,
  headers: Record<string, string>,
  cursor: string,
): Promise<readonly number[]> {
  const put = await world.get(address(consumer).split('?')[0] ?? '', {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ feed: FEED, cursor }),
  })
  const get = await world.get(address(consumer), { headers })
  const removed = await world.get(address(consumer), { method: 'DELETE', headers })
  return [put.status, get.status, removed.status]
}

test('R76, R60: the consumer is the subject of the token, with any characters, and no other', async () => {
  const { cursor } = await world.page('', { headers: await headersOf('ada') })
  expect(await statuses('ada', {}, cursor)).toEqual([401, 401, 401])
  expect(await statuses('ada', await headersOf('ada'), cursor)).toEqual([204, 200, 204])
  expect(await statuses('ada', await headersOf('bob'), cursor)).toEqual([403, 403, 403])
  const odd = 'auth0|5/é'
  expect(await statuses(odd, await headersOf(odd), cursor)).toEqual([204, 200, 204])
})

test('R76, R55: for a feed that is not granted nothing is stored or revealed', async () => {
  const { cursor } = await world.page('', { headers: await headersOf('ada') })
  const other = await headersOf('ada', { feeds: ['secondary'] })
  expect(await statuses('ada', other, cursor)).toEqual([404, 404, 404])
})

test('R75, R56, R60: it begins where the subject is, within the rights that it was acknowledged with', async () => {
  const narrow = await headersOf('ada', { feeds: [FEED], where: 'title == "t3"' })
  const { cursor } = await world.page('?start=now', { headers: narrow })
  expect((await statuses('ada', narrow, cursor))[0]).toBe(204)
  const put = { method: 'PUT', body: JSON.stringify({ feed: FEED, cursor }) }
  const headers = { ...narrow, 'content-type': 'application/json' }
  expect((await world.get('/consumers/ada/cursor', { ...put, headers })).status).toBe(204)
  await world.write({ id: 3n, title: 't3', quantity: 9 })
  const page = await world.page('?start=acknowledged', { headers: narrow })
  expect(page.events.map(({ data }) => data['quantity'])).toEqual([9])
  const wider = await world.get(`${PAGES}?start=acknowledged`, { headers: await headersOf('ada') })
  expect(wider.status).toBe(409)
})

test.each(['', 'a b', 'x'.repeat(129), 'é'])(
  'R76: without tokens a consumer called "%s" is refused',
  async (consumer) => {
    const open = await FeedWorld.start()
    try {
      const answer = await open.get(address(consumer))
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ parameter: 'consumer' })
    } finally {
      await open.stop()
    }
  },
)

test('R72, R73, R41: any request is answered as documented, never with 500', async () => {
  const open = await FeedWorld.start()
  await open.write({ id: 1n })
  const { cursor } = await open.page()
  const Id = fc.oneof(fc.constant('ada'), fc.string({ unit: codePoint, maxLength: 20 }))
  const Name = fc.oneof(fc.constant(FEED), fc.string({ maxLength: 9 }))
  const Body = fc.oneof(
    fc.json(),
    fc
      .record({ feed: Name, cursor: fc.oneof(fc.constant(cursor), fc.string()) })
      .map((it) => JSON.stringify(it)),
  )
  const Tag = fc.option(fc.constantFrom('*', '"x"', 'W/"x"', '', '"a", "b"', ','), {
    nil: undefined,
  })
  const Method = fc.constantFrom('GET', 'PUT', 'DELETE', 'PATCH')
  try {
    await fc.assert(
      fc.asyncProperty(
        Method,
        Id,
        Name,
        Body,
        Tag,
        Tag,
        async (method, id, name, body, some, none) => {
          const path = `/consumers/${encodeURIComponent(id)}/cursor?feed=${encodeURIComponent(name)}`
          const { status } = await open.get(method === 'PUT' ? (path.split('?')[0] ?? '') : path, {
            method,
            headers: {
              ...(some === undefined ? {} : { 'if-match': some }),
              ...(none === undefined ? {} : { 'if-none-match': none }),
              ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}),
            },
            ...(method === 'PUT' ? { body } : {}),
          })
          expect([200, 204, 304, 400, 404, 405, 409, 412]).toContain(status)
        },
      ),
      { numRuns: 300 },
    )
  } finally {
    await open.stop()
  }
}, 60_000)

test('R76, R45: pages of listed origins may acknowledge', async () => {
  const asked = await world.get('/consumers/ada/cursor', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,if-match',
    },
  })
  expect(asked.headers.get('access-control-allow-methods')).toMatch(/PUT.*DELETE/)
  expect(asked.headers.get('access-control-allow-headers')).toMatch(/if-match/)
})
