/** Which tokens are accepted; see `feed.auth` in the configuration. */
export interface AuthOptions {
  readonly issuer: string
  readonly audience: string
  /** Asymmetric algorithms only. */
  readonly algorithms: readonly string[]
  /** Either this or `jwksFile`. */
  readonly jwksUrl?: string | undefined
  readonly jwksFile?: string | undefined
  /** Milliseconds. */
  readonly jwksMaxAgeMs: number
  readonly jwksCooldownMs: number
  /** Names. */
  readonly cookie: string
  readonly claim: string
}
