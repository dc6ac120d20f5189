import type { Resyncing } from '../../app'
import { colors as pc } from '../../colors'
import { FactsError } from '../../errors'
import type { Difference, SourceTable } from '../../sink/resync'

/** Keys that are shown of many. */
const SHOWN = 10

export interface ResyncFlags {
  readonly remove?: boolean
  readonly force?: boolean
}

interface Compared {
  readonly part: Resyncing
  readonly difference: Difference
}

/**
 * Compares each fact with its table and says how they differ; true when all agree, or will when what was handed over has
 * been taken in. Throws RESYNC_REFUSED when most rows of one would go and nobody has insisted, before anything is changed.
 */
export async function resyncFacts(
  parts: readonly Resyncing[],
  sourceOf: (part: Resyncing) => SourceTable,
  { remove = false, force = false }: ResyncFlags,
): Promise<boolean> {
  const compared: Compared[] = []
  for (const part of parts) {
    const difference = await part.compare(sourceOf(part), (what, rows) =>
      console.error(`${part.name}  ${rows} ${what} read`),
    )
    report(part.name, difference)
    compared.push({ part, difference })
  }
  if (remove && !force) for (const one of compared) refuseMost(one)
  let isSame = true
  for (const one of compared) isSame = (await mend(one, remove)) && isSame
  return isSame
}

function refuseMost({ part, difference }: Compared): void {
  const { name, topic } = part
  const { absent, common } = difference
  if (absent.length <= common) return
  throw new FactsError(
    'RESYNC_REFUSED',
    `${absent.length} rows of ${name} would be removed and only ${common} stay. Is ${topic} captured from the database that database.url names, and may its role see all rows? If so, say --force. Nothing was changed.`,
    { topic },
  )
}

async function mend({ part, difference }: Compared, remove: boolean): Promise<boolean> {
  const { name } = part
  const { absent, missing } = difference
  if (absent.length > 0 && remove) {
    await part.remove(absent)
    console.log(
      `${name}  ${absent.length} rows were handed over; the pipeline removes them when it runs`,
    )
  }
  if (missing.length > 0) {
    console.log(
      `${name}  When changes are not on their way any more and rows are still missing, take a new snapshot: --snapshot`,
    )
  }
  return missing.length === 0 && (absent.length === 0 || remove)
}

function report(name: string, { common, missing, absent }: Difference): void {
  const keys = absent.map(({ key }) => String(key))
  console.log(`${pc.bold(name)}  ${common} rows in both`)
  if (absent.length > 0) {
    console.log(`${name}  ${absent.length} rows only in the facts: ${examples(keys)}`)
  }
  if (missing.length > 0) {
    console.log(`${name}  ${missing.length} rows only in the table: ${examples(missing)}`)
  }
}

function examples(keys: readonly string[]): string {
  const rest = keys.length - SHOWN
  return `${keys.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
