import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CryptoKey, JWK, JWTPayload } from 'jose'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { AuthOptions } from '../../src/feed/http/auth/auth-options'
import { TokenVerifier } from '../../src/feed/http/auth/token-verifier'
import { createLogger } from '../../src/telemetry'

export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'facts-feed'

export interface TokenForm {
  readonly alg?: string
  readonly kid?: string
  /** Seconds from now; null leaves it out. */
  readonly exp?: number | null
  readonly nbf?: number
  readonly key?: CryptoKey | Uint8Array
}

interface Pair {
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly published: JWK
}

/** Of issuers that have stopped, for those after them: a pair of RSA takes a tenth of a second of CPU time to make. */
const spare: Pair[] = []

async function keyPair(alg: string): Promise<Pair> {
  const at = spare.findIndex((pair) => pair.alg === alg)
  const [found] = at < 0 ? [] : spare.splice(at, 1)
  if (found !== undefined) return found
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, privateKey, published: await exportJWK(publicKey) }
}

/** Signs tokens, and publishes its keys on a port of its own. */
export class TokenIssuer {
  url = ''
  /** How often the keys were asked for. */
  asked = 0
  isDown = false
  published: JWK[] = []
  private readonly keys = new Map<string, Pair>()
  private server: Server | undefined

  static async start(alg = 'RS256'): Promise<TokenIssuer> {
    const issuer = new TokenIssuer()
    await issuer.addKey('first', alg)
    issuer.server = createServer((_request, response) => {
      issuer.asked += 1
      if (issuer.isDown) response.writeHead(503).end()
      else response.end(JSON.stringify({ keys: issuer.published }))
    })
    await new Promise<void>((resolve) => issuer.server?.listen(0, '127.0.0.1', resolve))
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}/jwks`
    return issuer
  }

  async addKey(kid: string, alg = 'RS256'): Promise<void> {
    const pair = await keyPair(alg)
    this.keys.set(kid, pair)
    this.published.push({ ...pair.published, kid, alg, use: 'sig' })
  }

  options(overrides: Partial<AuthOptions> = {}): AuthOptions {
    return {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      jwksUrl: this.url,
      jwksMaxAgeMs: 600_000,
      jwksCooldownMs: 30_000,
      cookie: '__Secure-facts',
      claim: 'facts',
      ...overrides,
    }
  }

  /** What a server checks its tokens with. */
  verifier(overrides: Partial<AuthOptions> = {}): TokenVerifier {
    const logger = createLogger({ level: 'silent', format: 'json' })
    return new TokenVerifier(this.options(overrides), logger)
  }

  /** A token with these claims; signed by the first key by default. */
  token(facts: unknown, claims: JWTPayload = {}, form: TokenForm = {}): Promise<string> {
    const { kid = 'first', exp = 3_600, nbf } = form
    const known = this.keys.get(kid)
    const now = Math.floor(Date.now() / 1_000)
    const payload = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'ada',
      facts,
      ...(exp === null ? {} : { exp: now + exp }),
      ...(nbf === undefined ? {} : { nbf: now + nbf }),
      ...claims,
    }
    const alg = form.alg ?? known?.alg ?? 'RS256'
    const key = form.key ?? (known ?? this.keys.get('first')!).privateKey
    return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key)
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
    spare.push(...this.keys.values())
    this.keys.clear()
  }
}
