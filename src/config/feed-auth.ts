import { parse } from 'yaml'
import { z } from 'zod'

/** Asymmetric ones only: whoever can verify must not be able to sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/

/**
 * Which tokens the feed accepts; see src/feed/PROTOCOL.md, "Authorization". In the environment the section is one value,
 * YAML or JSON, so that no layer of the configuration replaces half of another's.
 */
export const FeedAuthSchema = z.preprocess(
  (value) => (typeof value === 'string' ? parsed(value) : value),
  z
    .strictObject({
      /** `iss` of the tokens. */
      issuer: z.string().min(1),
      /** Required in `aud` of the tokens. */
      audience: z.string().min(1),
      algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'ES256', 'EdDSA']),
      /** Where the issuer publishes its keys (JWKS): https, or http on loopback. */
      jwksUrl: z
        .url({ protocol: /^https?$/ })
        .refine(
          (url) => url.startsWith('https:') || LOOPBACK.test(url),
          'expected https, or http on loopback: anyone who can alter the keys in transit can grant access',
        )
        .optional(),
      /** The keys in a file instead; read once, at the start. */
      jwksFile: z.string().min(1).optional(),
      /** Milliseconds after which the keys are fetched again. */
      jwksMaxAgeMs: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000),
      /** Minimum milliseconds before an unknown key, or a failure, causes another fetch. */
      jwksCooldownMs: z.coerce.number().int().min(1_000).max(3_600_000).default(30_000),
      /** Name of the cookie with the token, for EventSource, which cannot set the header. */
      cookie: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, _ or -')
        .default('__Secure-facts'),
      /** The claim with the rights. */
      claim: z.string().min(1).default('facts'),
    })
    .refine(
      ({ jwksUrl, jwksFile }) => (jwksUrl === undefined) !== (jwksFile === undefined),
      'expected one of jwksUrl and jwksFile',
    ),
)

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown
  } catch {
    return text
  }
}
