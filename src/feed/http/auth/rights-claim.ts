import { z } from 'zod'
import type { Grant } from '../../select/grant'

const Rights = { where: z.string().min(1).optional(), fields: z.array(z.string()).optional() }

/**
 * Two forms: names of feeds with rights that apply to each of them, or rights by feed. Strict, because an unknown
 * restriction must not be ignored.
 */
const Claim = z.union([
  z.strictObject({ feeds: z.array(z.string()), ...Rights }),
  z.strictObject({ feeds: z.record(z.string(), z.strictObject(Rights)) }),
])

/** What the claim grants, by feed; undefined when it is not understood. */
export function rightsOf(claim: unknown): ReadonlyMap<string, Grant> | undefined {
  const parsed = Claim.safeParse(claim)
  if (!parsed.success) return undefined
  const { feeds, ...rights } = parsed.data
  if (Array.isArray(feeds)) return new Map(feeds.map((name) => [name, rights]))
  return new Map(Object.entries(feeds))
}
