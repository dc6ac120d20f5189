import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { errors, jwtVerify } from 'jose'
import type { Logger } from '../../../telemetry'
import { Problem } from '../../problem'
import type { AuthOptions } from './auth-options'
import type { Caller } from './caller'
import { rightsOf } from './rights-claim'
import { tokenKeys } from './token-keys'

/** Clock tolerance for `nbf`, seconds. There is none for `exp`. */
const TOLERANCE_S = 5
/** Most characters of a subject. */
const MAX_SUBJECT = 256

/** Accepts tokens; see PROTOCOL.md R53. */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey

  /** Throws CONFIG_INVALID when the keys cannot be used. */
  constructor(
    readonly options: AuthOptions,
    logger: Logger,
  ) {
    this.keys = tokenKeys(options, logger)
  }

  /** Throws Problem `token-invalid`, `not-allowed`, or `keys-unavailable`. */
  async reader(token: string): Promise<Caller> {
    const { sub, exp = 0, ...claims } = await this.payload(token)
    const expires = exp * 1_000
    if (!(expires > Date.now())) throw expired()
    if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT) {
      throw new Problem('token-invalid', 'The token has no `sub` claim.')
    }
    const rights = rightsOf(claims[this.options.claim])
    if (rights === undefined) {
      throw new Problem(
        'not-allowed',
        `The token grants nothing here: its claim "${this.options.claim}" is missing, or is not {"feeds": [...], "where": "...", "fields": [...]}.`,
      )
    }
    return { subject: sub, expires, grantOf: (feed) => rights.get(feed) }
  }

  private async payload(token: string): Promise<JWTPayload> {
    const { issuer, audience, algorithms } = this.options
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: TOLERANCE_S,
        requiredClaims: ['exp', 'sub'],
      })
      return payload
    } catch (error) {
      if (error instanceof Problem) throw error
      if (error instanceof errors.JWTExpired) throw expired()
      if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error
      throw new Problem(
        'token-invalid',
        'The token is not valid for this server: check its signature, algorithm, iss, aud, nbf, exp and sub.',
      )
    }
  }
}

const expired = (): Problem => new Problem('token-invalid', 'The token has expired.')
