import { readFileSync } from 'node:fs'
import type { JSONWebKeySet, JWKSCacheInput, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwksCache } from 'jose'
import { FactsError } from '../../../errors'
import { Problem } from '../../problem'
import type { AuthOptions } from './auth-options'

const DEADLINE_MS = 5_000
const FIRST_MS = 1_000

/** The keys that tokens are signed with. Throws CONFIG_INVALID when the file cannot be used. */
export function tokenKeys(options: AuthOptions): JWTVerifyGetKey {
  const { jwksUrl, jwksFile = '' } = options
  return jwksUrl === undefined ? keysOfFile(jwksFile) : keysOfIssuer(new URL(jwksUrl), options)
}

function keysOfFile(path: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(path, 'utf8')) as JSONWebKeySet)
  } catch (cause) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The keys in ${path} cannot be used: ${(cause as Error).message}. feed.auth.jwksFile is a JSON Web Key Set: {"keys": [...]}.`,
      { cause },
    )
  }
}

/**
 * Asks the issuer when the keys are old, and when a token names one that is not known. While he does not answer, those that
 * he published last are good. However many tokens come, he is asked once in the cooldown, failures included.
 */
function keysOfIssuer(
  url: URL,
  { jwksMaxAgeMs, jwksCooldownMs }: Pick<AuthOptions, 'jwksMaxAgeMs' | 'jwksCooldownMs'>,
): JWTVerifyGetKey {
  const last: JWKSCacheInput & { jwks?: JSONWebKeySet } = {}
  let askedAt = Number.NEGATIVE_INFINITY
  const seldom: typeof fetch = (...request) => {
    // Without any key nobody gets in, so that is mended sooner.
    const pause = last.jwks === undefined ? Math.min(jwksCooldownMs, FIRST_MS) : jwksCooldownMs
    if (Date.now() - askedAt < pause) return Promise.reject(new Error('asked just now'))
    askedAt = Date.now()
    return fetch(...request)
  }
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: jwksMaxAgeMs,
    cooldownDuration: jwksCooldownMs,
    timeoutDuration: DEADLINE_MS,
    [customFetch]: seldom,
    [jwksCache]: last,
  })
  let known: { readonly jwks: JSONWebKeySet; readonly keys: JWTVerifyGetKey } | undefined
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      if (isOfToken(error)) throw error
      if (last.jwks === undefined) {
        throw new Problem(
          'keys-unavailable',
          'The keys of the issuer are not known yet. Try again.',
        )
      }
      if (known?.jwks !== last.jwks) {
        known = { jwks: last.jwks, keys: createLocalJWKSet(last.jwks) }
      }
      return known.keys(header, token)
    }
  }
}

/** No key fits the token, whatever the issuer says. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported
