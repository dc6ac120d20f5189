import { commandLine } from '../../command-line'
import type { Finding } from '../../dev-stack/machine/finding'

const NAME = 'pipeline decoding'
/** The first record of each layout is decoded exactly; a table has a handful of layouts. */
const FEW = 200
const MOST_EXACT = 0.01

/**
 * Whether the pipeline decodes records by their layout, which is several times faster than parsing each. No finding
 * when no pipeline answers at its configured address.
 */
export async function checkDecoding(url: string): Promise<readonly Finding[]> {
  let text: string
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })
    text = await response.text()
  } catch {
    return []
  }
  const fast = decoded(text, 'fast')
  const exact = decoded(text, 'exact')
  if (fast === undefined || exact === undefined) return []
  const total = fast + exact
  if (total === 0) return [{ name: NAME, status: 'ok', detail: 'no record decoded yet' }]
  const percent = ((100 * fast) / total).toFixed(1)
  const detail = `${percent} % of ${total} records in the fast lane`
  if (exact <= FEW || exact <= MOST_EXACT * total) return [{ name: NAME, status: 'ok', detail }]
  return [
    {
      name: NAME,
      status: 'warn',
      detail: `only ${detail}: the facts are right, at several times the CPU time`,
      remedy: `The connector writes records in a layout that the fast lane does not support. Compare the running connector's converters and transforms with the connector file: ${commandLine('register-connector')} sets them as in the file.`,
    },
  ]
}

function decoded(metrics: string, lane: string): number | undefined {
  const value = new RegExp(`^facts_decoded_total\\{lane="${lane}"\\} (\\S+)$`, 'm').exec(
    metrics,
  )?.[1]
  return value === undefined ? undefined : Number(value)
}
