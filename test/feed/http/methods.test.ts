import { FeedWorld, PAGES, STREAM } from '../feed-world'

describe('methods', () => {
  let world: FeedWorld
  beforeAll(async () => {
    world = await FeedWorld.start()
    await world.write({ id: 1n })
  })
  afterAll(() => world.stop())

  const asked = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<readonly unknown[]> => {
    const response = await world.get(path, { method, headers })
    const { type } = (await response.json()) as { readonly type: string }
    const form = response.headers.get('content-type')
    return [response.status, form, type.replace('urn:facts:', ''), response.headers.get('allow')]
  }
  const refused = (allow: string): readonly unknown[] => [
    405,
    'application/problem+json; charset=utf-8',
    'method-not-allowed',
    allow,
  ]

  test.each([
    ['DELETE', PAGES, 'GET, HEAD, POST'],
    ['PUT', STREAM, 'GET, HEAD, POST'],
    ['PATCH', `${PAGES}/facts/1?select=id`, 'GET, HEAD'],
    ['POST', '/feeds', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PATCH', '/consumers/a/cursor', 'DELETE, GET, HEAD, PUT'],
  ])('R44: %s of %s is refused, and Allow says what there is', async (method, path, allow) => {
    expect(await asked(method, path)).toEqual(refused(allow))
  })

  test('R44: OPTIONS that is no preflight is refused like any other', async () => {
    expect(await asked('OPTIONS', PAGES)).toEqual(refused('GET, HEAD, POST'))
    const origin = { origin: 'https://other.example' }
    expect(await asked('OPTIONS', STREAM, origin)).toEqual(refused('GET, HEAD, POST'))
    const preflight = { ...origin, 'access-control-request-method': 'GET' }
    const answer = await world.get(STREAM, { method: 'OPTIONS', headers: preflight })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
  })

  test.each(['DELETE', 'OPTIONS', 'GET', 'POST'])(
    'R44: %s of what is not there is 404',
    async (method) => {
      expect(await asked(method, '/nothing')).toMatchObject([404, {}, 'not-found', null])
    },
  )

  test('R44: HEAD is answered like GET, without a body', async () => {
    for (const path of ['/feeds', `${PAGES}?start=now`, `${PAGES}/facts/1`, STREAM, '/']) {
      const head = await world.get(path, { method: 'HEAD' })
      const whole = await world.get(path)
      await whole.body?.cancel()
      expect([path, head.status, await head.text()]).toEqual([path, whole.status, ''])
      expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'))
    }
  })
})
