import { sampleConfig } from '../../../support/sample-config'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'node:http'
import fc from 'fast-check'
import type { JWTPayload } from 'jose'
import { feedServer } from '../../../../src/compose/feed'
import type { AuthOptions } from '../../../../src/feed/http/auth/auth-options'
import { FeedMetrics, createLogger } from '../../../../src/telemetry'
import { temporaryFolder } from '../../../support/temporary-folder'
import { waitFor } from '../../../support/wait-for'
import { FEED, FeedWorld, PAGES, STREAM } from '../../feed-world'
import type { TokenForm } from '../../token-issuer'
import { TokenIssuer } from '../../token-issuer'

const RIGHTS = { feeds: [FEED] }

interface Refusal {
  readonly status: number
  readonly type: string
  readonly challenge: string | null
}

describe('tokens', () => {
  const folder = temporaryFolder()
  let world: FeedWorld
  let issuer: TokenIssuer
  const start = async (overrides: Partial<AuthOptions> = {}): Promise<void> => {
    world = await FeedWorld.start({
      server: { auth: issuer.verifier(overrides) },
    })
    await world.write({ id: 1n, title: 'a' })
  }
  beforeEach(async () => {
    issuer = await TokenIssuer.start()
  })
  afterEach(async () => {
    await world.stop()
    await issuer.stop()
  })

  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
  const status = async (token: string, path = PAGES): Promise<number> =>
    (await world.get(path, { headers: bearer(token) })).status
  const answer = async (headers: Record<string, string>, path = PAGES): Promise<Refusal> => {
    const response = await world.get(path, { headers })
    const { type = '' } = (await response.json()) as { readonly type?: string }
    return { status: response.status, type, challenge: response.headers.get('www-authenticate') }
  }
  const missing = {
    status: 401,
    type: 'urn:facts:token-missing',
    challenge: 'Bearer realm="facts"',
  }
  const invalid = {
    status: 401,
    type: 'urn:facts:token-invalid',
    challenge: 'Bearer realm="facts", error="invalid_token"',
  }

  test('R52: below /feeds no request is answered without a token', async () => {
    await start()
    const paths = [
      '/feeds',
      PAGES,
      STREAM,
      `${PAGES}/cursor`,
      `${PAGES}/facts/1`,
      '/feeds/x?colour=1',
    ]
    for (const path of paths) expect([path, await answer({}, path)]).toEqual([path, missing])
    expect((await world.get(PAGES, { method: 'POST', body: '{' })).status).toBe(401)
    expect((await world.get('/')).status).toBe(200)
  })

  test('R52: a token is taken from the Authorization header, or else from the cookie', async () => {
    await start()
    const token = await issuer.token(RIGHTS)
    const cookie = `other=1; __Secure-facts=${token}`
    expect(await status(token)).toBe(200)
    expect((await world.get(PAGES, { headers: { cookie } })).status).toBe(200)
    expect(await answer({ authorization: 'Basic YTpi', cookie })).toEqual(invalid)
    expect(await answer({ ...bearer('x.y.z'), cookie })).toEqual(invalid)
    expect(await answer({ cookie: `__Secure-fact=${token}; __Secure-facts=` })).toEqual(missing)
  })

  test('R52: a token in the URL is refused, also beside a good one', async () => {
    await start()
    const token = await issuer.token(RIGHTS)
    for (const name of ['access_token', 'token', 'Authorization']) {
      const refused = await answer(bearer(token), `${STREAM}?${name}=${token}`)
      expect(refused).toMatchObject({ status: 400, type: 'urn:facts:token-in-url' })
      expect(await answer({}, `/feeds?${name}=${token}`)).toMatchObject({ status: 400 })
    }
  })

  const forms: readonly (readonly [string, JWTPayload, TokenForm])[] = [
    ['has ended', {}, { exp: -1 }],
    ['has no end', {}, { exp: null }],
    ['begins later', {}, { nbf: 60 }],
    ['is of another issuer', { iss: 'https://other.example' }, {}],
    ['is for another server', { aud: 'other' }, {}],
    ['is for several others', { aud: ['other', 'another'] }, {}],
    ['has no subject', { sub: '' }, {}],
    ['names a key that does not exist', {}, { kid: 'unknown' }],
    ['is signed by an algorithm that is not pinned', {}, { alg: 'PS256', kid: 'pss' }],
    ['is signed with a key that is not published', {}, { kid: 'hidden' }],
  ]
  test.each(forms)('R53: a token that %s is refused', async (_what, claims, form) => {
    await issuer.addKey('pss', 'PS256')
    await issuer.addKey('hidden', 'ES256')
    issuer.published.pop()
    await start()
    expect(await status(await issuer.token(RIGHTS))).toBe(200)
    expect(await answer(bearer(await issuer.token(RIGHTS, claims, form)))).toEqual(invalid)
  })

  test('R53: a token that is not signed, or signed with the public key as a secret, is refused', async () => {
    await start()
    const good = await issuer.token(RIGHTS)
    const [, payload = '', signature = ''] = good.split('.')
    const forged = (alg: string, sign: (text: string) => string): string => {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'first' })).toString('base64url')
      return `${header}.${payload}.${sign(`${header}.${payload}`)}`
    }
    const jwk = issuer.published[0]
    for (const secret of [String(jwk?.n), JSON.stringify(jwk)]) {
      const mac = (text: string): string =>
        createHmac('sha256', secret).update(text).digest('base64url')
      expect(await answer(bearer(forged('HS256', mac)))).toEqual(invalid)
    }
    for (const alg of ['none', 'None', 'NONE']) {
      expect(await answer(bearer(forged(alg, () => '')))).toEqual(invalid)
      expect(await answer(bearer(forged(alg, () => signature)))).toEqual(invalid)
    }
    const other = Buffer.from(payload, 'base64url').toString().replace('ada', 'eve')
    const changed = good.replace(payload, Buffer.from(other).toString('base64url'))
    expect(await answer(bearer(changed))).toEqual(invalid)
  })

  test.each(['ES256', 'EdDSA'])('R53: %s is taken where it is pinned', async (alg) => {
    await issuer.addKey('second', alg)
    await start({ algorithms: [alg] })
    expect(await status(await issuer.token(RIGHTS, {}, { kid: 'second' }))).toBe(200)
    expect(await status(await issuer.token(RIGHTS))).toBe(401)
  })

  test('R54: keys are kept, and one that is not known is asked for, but seldom', async () => {
    await start({ jwksCooldownMs: 300 })
    for (let time = 0; time < 5; time += 1) await status(await issuer.token(RIGHTS))
    expect(issuer.asked).toBe(1)
    await issuer.addKey('next', 'ES256')
    const next = await issuer.token(RIGHTS, {}, { kid: 'next' })
    await waitFor('the new key', async () => (await status(next)) === 200)
    expect(await status(await issuer.token(RIGHTS))).toBe(200)
    expect(issuer.asked).toBe(2)
  })

  test('R54: unknown keys do not make it ask again before the cooldown is over', async () => {
    await start()
    const unknown = await issuer.token(RIGHTS, {}, { kid: 'unknown' })
    const answers = await Promise.all(Array.from({ length: 20 }, () => status(unknown)))
    expect([...new Set(answers), issuer.asked]).toEqual([401, 1])
  })

  test('R54: a key that is withdrawn is no longer good', async () => {
    await start({ jwksMaxAgeMs: 1, jwksCooldownMs: 1 })
    const token = await issuer.token(RIGHTS)
    expect(await status(token)).toBe(200)
    issuer.published = []
    await issuer.addKey('next', 'ES256')
    await waitFor('the end of the old key', async () => (await status(token)) === 401)
  })

  test('R54: the keys that are known are good while the issuer does not answer, and it is not pressed', async () => {
    await start({ jwksMaxAgeMs: 1 })
    const token = await issuer.token(RIGHTS)
    expect(await status(token)).toBe(200)
    issuer.isDown = true
    const unknown = await issuer.token(RIGHTS, {}, { kid: 'unknown' })
    for (let time = 0; time < 5; time += 1) {
      expect([await status(token), await status(unknown)]).toEqual([200, 401])
    }
    expect(issuer.asked).toBe(1)
  })

  test('R54: before any key is known, 503, and it recovers by itself', async () => {
    issuer.isDown = true
    await start({ jwksCooldownMs: 50 })
    const token = await issuer.token(RIGHTS)
    const response = await world.get(PAGES, { headers: bearer(token) })
    expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([503, true])
    expect(await response.json()).toMatchObject({ type: 'urn:facts:keys-unavailable' })
    issuer.isDown = false
    await waitFor('the keys', async () => (await status(token)) === 200)
  })

  test('R54: keys may stand in a file', async () => {
    const path = join(folder.path, 'jwks.json')
    writeFileSync(path, JSON.stringify({ keys: issuer.published }))
    await start({ jwksUrl: undefined, jwksFile: path })
    expect(await status(await issuer.token(RIGHTS))).toBe(200)
    expect([await status('x.y.z'), issuer.asked]).toEqual([401, 0])
  })

  test('R53, R41: any other content of the Authorization header, or the cookie, is answered 401', async () => {
    await start()
    const good = await issuer.token(RIGHTS)
    expect(await status(good)).toBe(200)
    const [head = '', payload = '', signature = ''] = good.split('.')
    const text = fc
      .string({ unit: 'grapheme-ascii', maxLength: 80 })
      .filter((one) => !/[^\x20-\x7e]/.test(one))
    const json = fc.jsonValue().map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))
    const part = fc.oneof(text, json, fc.constantFrom(head, payload, signature, ''))
    const token = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'))
    const scheme = fc.constantFrom('Bearer ', 'bearer  ', 'Basic ', 'Bearer', '')
    const send = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const asked = request(world.url + PAGES, { headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0))
        })
        asked.on('error', reject).end()
      })
    await fc.assert(
      fc.asyncProperty(scheme, token, fc.boolean(), async (first, rest, inCookie) => {
        if (rest.trim() === good) return
        const headers = inCookie
          ? { cookie: `__Secure-facts=${rest}` }
          : { authorization: first + rest }
        expect(await send(headers)).toBe(401)
      }),
      { numRuns: 400 },
    )
    expect(issuer.asked).toBe(1)
  })
})

describe('the configuration of tokens', () => {
  const folder = temporaryFolder()
  const auth = { issuer: 'https://i.example', audience: 'feed', jwksUrl: 'https://i.example/jwks' }
  const load = (value: object): ReturnType<typeof sampleConfig> =>
    sampleConfig({ env: { FACTS_FEED_AUTH: JSON.stringify({ ...auth, ...value }) } })

  test('is one text in the environment, with asymmetric algorithms pinned', () => {
    expect(load({}).feed.auth).toEqual({
      ...auth,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      jwksMaxAgeMs: 600_000,
      jwksCooldownMs: 30_000,
      cookie: '__Secure-facts',
      claim: 'facts',
    })
    expect(sampleConfig({ env: {} }).feed.auth).toBeUndefined()
  })

  test.each([
    ['none', { algorithms: ['none'] }],
    ['a shared secret', { algorithms: ['RS256', 'HS256'] }],
    ['no algorithm', { algorithms: [] }],
    ['keys over plain HTTP', { jwksUrl: 'http://i.example/jwks' }],
    ['two places of keys', { jwksFile: '/keys' }],
    ['no audience', { audience: '' }],
    ['a key that is not known', { secret: 'x' }],
  ])('refuses %s', (_what, value) => {
    expect(() => load(value)).toThrow(/Invalid configuration: .*feed\.auth/)
  })

  test('R42: with it the server may listen anywhere, and keys that cannot be read end the start', async () => {
    const text = JSON.stringify({ ...auth, jwksUrl: undefined, jwksFile: '/nowhere/keys' })
    const config = sampleConfig({
      env: { FACTS_FEED_HOST: '0.0.0.0', FACTS_FEED_AUTH: text, FACTS_FEED_DIR: folder.path },
    })
    const logger = createLogger({ level: 'silent', format: 'json' })
    const started = feedServer({ config, logger, metrics: new FeedMetrics() })
    await expect(started).rejects.toMatchObject({ message: expect.stringMatching(/jwksFile/) })
  })
})
