import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet, errors } from 'jose'
import type { Logger } from '../../../telemetry'
import { Problem } from '../../problem'
import type { AuthOptions } from './auth-options'

/** Timeout of a request to the issuer, and how long the requests that wait for it wait together. */
const [DEADLINE_MS, WAIT_MS] = [5_000, 2_000]
/** Milliseconds between two attempts while no key is known: no token is accepted until then. */
const FIRST_MS = 1_000
/** Most bytes of a key set, which usually has some kilobytes. */
const MAX_BYTES = 1024 * 1024

interface KnownKeys {
  readonly find: JWTVerifyGetKey
  readonly at: number
}

export type IssuerKeysOptions = Pick<AuthOptions, 'jwksMaxAgeMs' | 'jwksCooldownMs'> & {
  readonly url: URL
  readonly logger: Logger
  readonly waitMs?: number
}

/**
 * The keys that an issuer publishes. They are fetched when they are old, and when a token names an unknown one; at most once
 * in the cooldown, failures included. While the issuer does not answer, the last known keys stay valid.
 */
export class IssuerKeys {
  private known: KnownKeys | undefined
  private asking: Promise<void> | undefined
  private askedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: IssuerKeysOptions) {}

  /** Throws Problem `keys-unavailable`, or what jose throws when no key fits the token. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { known } = this
    if (known === undefined || Date.now() - known.at >= this.options.jwksMaxAgeMs) await this.ask()
    if (this.known === undefined) {
      throw new Problem(
        'keys-unavailable',
        "The issuer's keys have not been fetched yet. Try again.",
      )
    }
    const { find } = this.known
    try {
      return await find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.ask()
      if (this.known.find === find) throw error
      return this.known.find(header, token)
    }
  }

  /** Resolves with the response or at the end of the wait; immediately within the cooldown. */
  private async ask(): Promise<void> {
    const { jwksCooldownMs, waitMs = WAIT_MS } = this.options
    const since = Date.now() - this.askedAt
    const pause = this.known === undefined ? Math.min(jwksCooldownMs, FIRST_MS) : jwksCooldownMs
    if (this.asking === undefined) {
      if (since < pause) return
      this.askedAt = Date.now()
      this.asking = this.fetch().finally(() => (this.asking = undefined))
    }
    const left = this.askedAt + waitMs - Date.now()
    if (left <= 0) return
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, left)))
    await Promise.race([this.asking, enough])
    clearTimeout(timer)
  }

  /** Never throws. */
  private async fetch(): Promise<void> {
    const { url, logger } = this.options
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS)
      // A redirect could lead to plain http.
      const headers = { accept: 'application/json, application/jwk-set+json' }
      const response = await fetch(url, { signal, headers, redirect: 'manual' })
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new Error(`the response was ${response.status}`)
      }
      const find = createLocalJWKSet(JSON.parse(await bounded(response)) as JSONWebKeySet)
      this.known = { find, at: Date.now() }
    } catch (error) {
      const text = this.known === undefined ? 'no token can be verified' : 'the known keys are used'
      const reason = reasonOf(error)
      logger.warn({ jwks: url.origin + url.pathname, reason }, `The keys of the issuer: ${text}`)
    }
  }
}

/** The body as text. Throws when it is too large for a key set. */
async function bounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error(`the response has more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The message of the error, without quotes from the response. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the response is not JSON'
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1_000} s`
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
