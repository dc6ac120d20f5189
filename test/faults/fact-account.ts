import { withClient } from '../support/with-client'
import type { RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import type { Step, Violations } from './checker'
import { check } from './checker'
import { FactWatch } from './fact-watch'
import { countHistory, readHistory } from './history'

type Steps = ReadonlyMap<string, readonly Step[]>

/** The steps of each row by all facts that are committed now. */
export async function factSteps({ log, config }: RunningLine): Promise<Steps> {
  const watch = new FactWatch(log, config.topics.partitions)
  try {
    await watch.start()
    await watch.catchUp()
    return watch.steps
  } finally {
    await watch.stop()
  }
}

/** Waits until as many facts are there as the history has changes, and compares them. */
export async function compareWithHistory(line: RunningLine): Promise<Violations> {
  const changes = await withClient(line.config.database.url, countHistory)
  await waitFor(
    `${changes} facts`,
    async () => {
      const steps = [...(await factSteps(line)).values()]
      return steps.reduce((sum, ofRow) => sum + ofRow.length, 0) >= changes
    },
    180_000,
  )
  // What comes too many may come late.
  await line.committed()
  return check(await withClient(line.config.database.url, readHistory), await factSteps(line))
}

/** What the last fact of each live row says. */
export function liveSteps(steps: Steps): ReadonlyMap<string, Step> {
  const last = [...steps].map(([id, ofRow]) => [id, ofRow.at(-1) ?? 'removed'] as const)
  return new Map(last.filter(([, step]) => step !== 'removed'))
}
