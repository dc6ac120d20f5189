import { readFileSync } from 'node:fs'
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet } from 'jose'
import { FactsError } from '../../../errors'
import type { Logger } from '../../../telemetry'
import type { AuthOptions } from './auth-options'
import { IssuerKeys } from './issuer-keys'

/** The keys that tokens are signed with. Throws CONFIG_INVALID when the file cannot be used. */
export function tokenKeys(options: AuthOptions, logger: Logger): JWTVerifyGetKey {
  const { jwksUrl, jwksFile = '', jwksMaxAgeMs, jwksCooldownMs } = options
  if (jwksUrl === undefined) return keysOfFile(jwksFile)
  return new IssuerKeys({ url: new URL(jwksUrl), jwksMaxAgeMs, jwksCooldownMs, logger }).find
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
