/** What a row became: its version and what is in its large column, or "removed". Versions of a row never repeat. */
export type Step = string

export interface Violations {
  /** Committed changes without a fact. */
  readonly lost: readonly string[]
  /** Changes with more than one. */
  readonly doubled: readonly string[]
  /** Facts of no committed change: another row, another value, a placeholder. */
  readonly invented: readonly string[]
  /** Rows whose facts are all there, in another order. */
  readonly disordered: readonly string[]
}

type Steps = ReadonlyMap<string, readonly Step[]>

/** Compares the steps of each row by the database with those by the facts; each violation names its counter-example. */
export function check(history: Steps, facts: Steps): Violations {
  const violations = {
    lost: [] as string[],
    doubled: [] as string[],
    invented: [] as string[],
    disordered: [] as string[],
  }
  for (const id of new Set([...history.keys(), ...facts.keys()])) {
    const wanted = history.get(id) ?? []
    const found = facts.get(id) ?? []
    const expected = counts(wanted)
    const seen = counts(found)
    let isWhole = true
    for (const step of new Set([...expected.keys(), ...seen.keys()])) {
      const due = expected.get(step) ?? 0
      const got = seen.get(step) ?? 0
      if (due === got) continue
      isWhole = false
      const kind = got < due ? 'lost' : due === 0 ? 'invented' : 'doubled'
      violations[kind].push(`row ${id}, step "${step}": ${got} facts of ${due} changes`)
    }
    if (isWhole && wanted.some((step, index) => step !== found[index])) {
      violations.disordered.push(`row ${id}: ${wanted.join(', ')} became ${found.join(', ')}`)
    }
  }
  return violations
}

export const NOTHING: Violations = { lost: [], doubled: [], invented: [], disordered: [] }

function counts(steps: readonly Step[]): Map<Step, number> {
  const found = new Map<Step, number>()
  for (const step of steps) found.set(step, (found.get(step) ?? 0) + 1)
  return found
}
