import type { Resyncing } from '../../compose/resync'
import type { Compared, SourceOf } from './compare-facts'
import { agrees, compareFacts, describeDifference, refuseMost } from './compare-facts'

export interface ResyncFlags {
  readonly remove?: boolean
  readonly force?: boolean
}

/**
 * Compares each fact with its table, prints how they differ and the next step; true when all agree, or will agree when the
 * pipeline has processed the removals. Throws RESYNC_REFUSED when most rows of a fact would be removed without --force,
 * before anything is changed.
 */
export async function resyncFacts(
  parts: readonly Resyncing[],
  sourceOf: SourceOf,
  { remove = false, force = false }: ResyncFlags,
): Promise<boolean> {
  const compared = await compareFacts(parts, sourceOf)
  for (const one of compared) for (const line of describeDifference(one)) console.log(line)
  if (remove && !force) refuseMost(compared)
  if (remove) await removeAbsent(compared)
  for (const line of nextSteps(compared, remove)) console.log(line)
  return compared.every(({ difference }) =>
    agrees(remove ? { ...difference, absent: [] } : difference),
  )
}

/** Sends the rows that the tables do not have to the pipeline, to be removed. */
export async function removeAbsent(compared: readonly Compared[]): Promise<void> {
  for (const { part, difference } of compared) {
    const { absent } = difference
    if (absent.length === 0) continue
    await part.remove(absent)
    console.log(
      `${part.name}  ${absent.length} rows were handed over; the pipeline removes them when it runs`,
    )
  }
}

function nextSteps(compared: readonly Compared[], isRemoved: boolean): readonly string[] {
  const some = (kind: 'missing' | 'different' | 'absent'): boolean =>
    compared.some(({ difference }) => difference[kind].length > 0)
  if (compared.every(({ difference }) => agrees(difference))) return ['Facts and tables agree.']
  const steps: string[] = []
  if (some('missing') || some('different')) {
    steps.push(
      'Changes of these rows may be in transit: run facts resync again. If the rows still differ: facts resync --all, which takes a new snapshot and removes what is only in the facts.',
    )
  } else if (some('absent') && !isRemoved) {
    steps.push('Next: facts resync --remove, which publishes a removed fact for each of them.')
  }
  if (some('absent') && isRemoved) steps.push('Then facts resync compares again.')
  return steps
}
