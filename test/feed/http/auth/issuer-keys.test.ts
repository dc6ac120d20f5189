import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { exportJWK, generateKeyPair } from 'jose'
import { IssuerKeys } from '../../../../src/feed/http/auth/issuer-keys'
import type { Logger } from '../../../../src/telemetry'
import { waitFor } from '../../../support/wait-for'

const TOKEN = { payload: '', signature: '' }

describe('the keys of an issuer', () => {
  let server: Server
  let answer: RequestListener
  let asked = 0
  let key: JWK
  const warnings: string[] = []
  const warn = (fields: object, text: string): void => {
    warnings.push(`${JSON.stringify(fields)} ${text}`)
  }

  beforeAll(async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    key = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256' }
    server = createServer((request, response) => {
      asked += 1
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  beforeEach(() => {
    asked = 0
    warnings.length = 0
  })
  afterEach(() => {
    jest.restoreAllMocks()
    server.closeAllConnections()
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  interface Settings {
    readonly maxAgeMs?: number
    readonly cooldownMs?: number
    readonly waitMs?: number
  }
  function keysOf(settings: Settings = {}): IssuerKeys {
    const { port } = server.address() as AddressInfo
    const { maxAgeMs = 600_000, cooldownMs = 30_000, waitMs = 60_000 } = settings
    return new IssuerKeys({
      url: new URL(`http://127.0.0.1:${port}/jwks?secret=hidden`),
      jwksMaxAgeMs: maxAgeMs,
      jwksCooldownMs: cooldownMs,
      waitMs,
      logger: { warn } as unknown as Logger,
    })
  }
  const find = (keys: IssuerKeys, kid = 'first'): Promise<unknown> =>
    Promise.resolve(keys.find({ alg: 'ES256', kid }, TOKEN))
  const publish: RequestListener = (_, response) => response.end(JSON.stringify({ keys: [key] }))

  const failures: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['refuses', (_, response) => response.writeHead(500).end('x'), /the response was 500/],
    ['sends elsewhere', (_, it) => it.writeHead(302, { location: '/' }).end(), /was 302/],
    ['answers no JSON', (_, response) => response.end('<secret>'), /is not JSON/],
    ['answers other JSON', (_, response) => response.end('{"keys": 1}'), /malformed/],
    ['hangs up', (request) => request.socket.destroy(), /fetch failed/],
    [
      'answers without an end',
      (_, response) => {
        const pour = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        }
        response.on('drain', pour)
        pour()
      },
      /more than 1048576 bytes/,
    ],
  ]
  test.each(failures)('an issuer that %s is logged once, without secrets', async (_, how, why) => {
    answer = how
    const keys = keysOf()
    await expect(find(keys)).rejects.toMatchObject({ problem: 'keys-unavailable' })
    expect(warnings).toEqual([expect.stringMatching(why)])
    expect(warnings.join()).not.toMatch(/secret|hidden/)
  })

  test('an issuer that does not answer is waited for once, by all together', async () => {
    let release: () => void = () => undefined
    answer = (...to) => (release = () => publish(...to))
    const keys = keysOf({ waitMs: 600 })
    const many = await Promise.allSettled(Array.from({ length: 50 }, () => find(keys)))
    expect(many.every(({ status }) => status === 'rejected')).toBe(true)
    // The time is over: no request waits again for the same response.
    const began = performance.now()
    await expect(find(keys)).rejects.toMatchObject({ problem: 'keys-unavailable' })
    expect(performance.now() - began).toBeLessThan(550)
    expect(asked).toBe(1)
    release()
    await waitFor('the keys', () => find(keys).catch(() => undefined))
    expect(asked).toBe(1)
  })

  test('old keys are used while the issuer hangs, and it is not asked more often', async () => {
    answer = publish
    const keys = keysOf({ maxAgeMs: 0, cooldownMs: 0, waitMs: 300 })
    await waitFor('the keys', () => find(keys).catch(() => undefined))
    answer = () => undefined
    const before = asked
    await Promise.all(Array.from({ length: 50 }, () => find(keys)))
    await expect(find(keys, 'unknown')).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect(asked).toBe(before + 1)
  })

  test('known keys are used while the issuer refuses, and that is logged', async () => {
    answer = publish
    const keys = keysOf({ maxAgeMs: 0, cooldownMs: 0 })
    await waitFor('the keys', () => find(keys).catch(() => undefined))
    answer = failures[0]![1]
    warnings.length = 0
    for (let time = 0; time < 2; time += 1) await find(keys)
    expect(warnings).toContainEqual(expect.stringMatching(/was 500.*the known keys are used/))
  })

  const refused = (keys: IssuerKeys): Promise<void> =>
    expect(find(keys)).rejects.toMatchObject({ problem: 'keys-unavailable' })

  test('before any key is known the issuer is asked once a second at most, and not as seldom as afterwards', async () => {
    const fetching = jest.spyOn(globalThis, 'fetch')
    fetching.mockImplementation(() => Promise.resolve(new Response('', { status: 500 })))
    const keys = keysOf({ cooldownMs: 30_000 })
    const now = jest.spyOn(Date, 'now')
    const askedAfter = async (ms: number): Promise<number> => {
      now.mockReturnValue(1_800_000_000_000 + ms)
      await refused(keys)
      return fetching.mock.calls.length
    }
    expect([await askedAfter(0), await askedAfter(999), await askedAfter(1_000)]).toEqual([1, 1, 2])
  })

  test('a response that does not arrive is abandoned, so that the issuer is asked again', async () => {
    const late = new AbortController()
    const deadline = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal)
    const fetching = jest.spyOn(globalThis, 'fetch')
    fetching.mockImplementation((_, init) => {
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(late.signal.reason as Error))
      })
    })
    const keys = keysOf({ waitMs: 0, cooldownMs: 0 })
    await refused(keys)
    await refused(keys)
    expect([deadline.mock.calls, fetching.mock.calls.length]).toEqual([[[5_000]], 1])
    late.abort(Object.assign(new Error('late'), { name: 'TimeoutError' }))
    await waitFor('the warning', () => warnings.join().includes('no answer within 5 s'))
    await refused(keys)
    expect(fetching.mock.calls.length).toBe(2)
  })
})
