import { z } from 'zod'
import { startServices } from '../../command-line'
import { FactsError } from '../../errors'
import type { RestAddress, RestService } from '../../config/rest-config'
import { restAddress } from '../../config/rest-config'
import type { Finding } from '../../dev-stack/machine/finding'

const Subjects = z.array(z.string())
const Compatibility = z.object({ compatibilityLevel: z.string() })

/** Levels under which a consumer with the new schema can read old facts. */
const SAFE = new Set(['BACKWARD', 'BACKWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'])

/** Checks the registry and the compatibility level of every subject. Throws REGISTRY_UNAVAILABLE or NOT_AUTHORIZED. */
export async function checkRegistry(service: RestService): Promise<readonly Finding[]> {
  const address = restAddress(service)
  const { base } = address
  const subjects = await ask(address, '/subjects', Subjects)
  const here: Finding = { name: 'registry', status: 'ok', detail: `answers at ${base}` }
  const name = 'registry compatibility'
  if (subjects.length === 0) {
    const detail = 'no schema is registered yet'
    return [
      here,
      { name, status: 'warn', detail, remedy: 'The pipeline registers them when it starts.' },
    ]
  }
  const levels = await Promise.all(
    subjects.map(async (subject) => {
      const path = `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`
      const { compatibilityLevel } = await ask(address, path, Compatibility)
      return { subject, level: compatibilityLevel }
    }),
  )
  const list = levels.map(({ subject, level }) => `${subject} ${level}`).join(', ')
  const unsafe = levels.filter(({ level }) => !SAFE.has(level))
  if (unsafe.length === 0) return [here, { name, status: 'ok', detail: list }]
  const remedy = `Set BACKWARD: curl -X PUT -H 'content-type: application/json' -d '{"compatibility":"BACKWARD"}' ${base}/config/<subject>.`
  return [here, { name, status: 'warn', detail: list, remedy }]
}

async function ask<T>(
  { base, headers }: RestAddress,
  path: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const fail = (what: string, cause?: unknown): FactsError =>
    new FactsError(
      'REGISTRY_UNAVAILABLE',
      `The schema registry ${what}. Start it (${startServices}) or set registry.url / FACTS_REGISTRY_URL.`,
      { cause },
    )
  let response: Response
  try {
    response = await fetch(base + path, { signal: AbortSignal.timeout(5_000), headers })
  } catch (cause) {
    throw fail(`does not answer at ${base}`, cause)
  }
  if (response.status === 401 || response.status === 403) {
    throw new FactsError(
      'NOT_AUTHORIZED',
      `The schema registry at ${base} rejects the credentials (${response.status}). Set registry.username and registry.password (FACTS_REGISTRY_USERNAME, FACTS_REGISTRY_PASSWORD).`,
    )
  }
  if (!response.ok) throw fail(`at ${base} answered ${response.status} to ${path}`)
  const result = shape.safeParse(await response.json().catch(() => undefined))
  if (!result.success) throw fail(`at ${base} does not implement the Confluent API at ${path}`)
  return result.data
}
