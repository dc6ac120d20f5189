import type { Resyncing } from '../../compose/resync'
import { colors as pc } from '../../colors'
import { FactsError } from '../../errors'
import type { Difference, SourceTable } from '../../observe/resync/resync'

/** The most keys that are listed. */
const SHOWN = 10

export interface Compared {
  readonly part: Resyncing
  readonly difference: Difference
}

/** Returns the table that a part is captured from. */
export type SourceOf = (part: Resyncing) => SourceTable

/** Compares each fact with its table; progress goes to standard error. */
export async function compareFacts(
  parts: readonly Resyncing[],
  sourceOf: SourceOf,
): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const part of parts) {
    const difference = await part.compare(sourceOf(part), (what, rows) =>
      console.error(`${part.name}  ${rows} ${what} read`),
    )
    compared.push({ part, difference })
  }
  return compared
}

/** Whether the table has exactly the rows of the facts. */
export function agrees({ missing, different, absent }: Difference): boolean {
  return missing.length + different.length + absent.length === 0
}

/** Describes how a fact and its table differ, a line for each kind of difference. */
export function describeDifference({ part: { name }, difference }: Compared): readonly string[] {
  const { same, missing, different, absent, notCompared } = difference
  const lines = [`${pc.bold(name)}  ${same} rows are the same`]
  const add = (what: string, keys: readonly string[]): void => {
    if (keys.length > 0) lines.push(`${name}  ${keys.length} ${what}: ${examples(keys)}`)
  }
  add(
    'rows have other values in the table',
    different.map(({ subject }) => subject),
  )
  add(
    'rows only in the facts',
    absent.map(({ key }) => String(key)),
  )
  add('rows only in the table', missing)
  if (notCompared.length > 0) {
    lines.push(`${name}  not compared, because of their types: ${notCompared.join(', ')}`)
  }
  return lines
}

function examples(keys: readonly string[]): string {
  const rest = keys.length - SHOWN
  return `${keys.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** Throws RESYNC_REFUSED when most rows of a fact would be removed: it may be the wrong database. */
export function refuseMost(compared: readonly Compared[]): void {
  for (const { part, difference } of compared) {
    const { name, topic } = part
    const { absent, same, different } = difference
    const stay = same + different.length
    if (absent.length <= stay) continue
    throw new FactsError(
      'RESYNC_REFUSED',
      `${absent.length} rows of ${name} would be removed and only ${stay} would remain. Is ${topic} captured from the database that database.url names, and may its role see all rows? If so, pass --force. Nothing was changed.`,
      { topic },
    )
  }
}
