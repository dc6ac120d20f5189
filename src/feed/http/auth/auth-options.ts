/** Whose tokens are accepted, and where they stand; the configuration explains each. */
export interface AuthOptions {
  readonly issuer: string
  readonly audience: string
  /** Asymmetric ones only. */
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
