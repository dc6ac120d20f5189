import { getHeapStatistics } from 'node:v8'
import { FilterCompiler } from '../../../src/feed/filter/filter'
import type { Filter } from '../../../src/feed/filter/filter'
import type { Image } from '../../../src/feed/image/image'
import { Problem } from '../../../src/feed/problem'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { FilterGrammar, randomOf } from './filter-grammar'

export interface FuzzOptions {
  readonly filters: number
  readonly seed: number
  readonly facts: readonly Image[]
  /** On how many facts each is tried, of those. */
  readonly passes: number
}

export interface Cost {
  readonly filter: string
  /** Of the processor, so that what else the machine does is not counted. */
  readonly milliseconds: number
  readonly megabytes: number
}

export interface FuzzReport {
  readonly taken: number
  readonly refused: number
  /** Evaluations that were ended by the budget. */
  readonly ended: number
  readonly evaluations: number
  readonly slowest: Cost
  readonly largest: Cost
  readonly slowestCompiled: Cost
  /** Neither answered nor refused as documented. */
  readonly failures: readonly string[]
}

/** What one fact may cost at most. */
export const MOST: Omit<Cost, 'filter'> = { milliseconds: 50, megabytes: 50 }

const NOTHING: Cost = { filter: '', milliseconds: 0, megabytes: 0 }

/** Compiles and evaluates filters as a feed does, and measures them. */
export function fuzzFilters({ filters, seed, facts, passes }: FuzzOptions): FuzzReport {
  const random = randomOf(seed)
  const grammar = new FilterGrammar(random)
  const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
  const failures: string[] = []
  let [taken, refused, ended, evaluations] = [0, 0, 0, 0]
  let [slowest, largest, slowestCompiled] = [NOTHING, NOTHING, NOTHING]
  for (let count = 0; count < filters; count += 1) {
    const filter = grammar.filter()
    let compiled: Filter | undefined
    const compiling = measured(filter, () => {
      compiled = outcome(filter, 'filter-invalid', failures, () => compiler.compile(filter))
    })
    if (compiling.milliseconds > slowestCompiled.milliseconds) slowestCompiled = compiling
    if (compiled === undefined) {
      refused += 1
      continue
    }
    taken += 1
    const holds = compiled
    for (let pass = 0; pass < passes; pass += 1) {
      const fact = facts[Math.floor(random() * facts.length)]
      if (fact === undefined) continue
      evaluations += 1
      const evaluate = (): void => {
        const answer = outcome(filter, 'filter-too-costly', failures, () => holds(fact))
        if (answer === undefined) ended += 1
      }
      const cost = confirmed(measured(filter, evaluate), evaluate)
      if (cost.milliseconds > slowest.milliseconds) slowest = cost
      if (cost.megabytes > largest.megabytes) largest = cost
    }
  }
  return { taken, refused, ended, evaluations, slowest, largest, slowestCompiled, failures }
}

function outcome<T>(
  filter: string,
  expected: string,
  failures: string[],
  act: () => T,
): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof Problem && error.problem === expected) return undefined
    failures.push(`${filter}: ${String(error)}`)
    return undefined
  }
}

function measured(filter: string, act: () => void): Cost {
  const before = heap()
  const began = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(began)
  const milliseconds = (user + system) / 1000
  return { filter, milliseconds, megabytes: (heap() - before) / 2 ** 20 }
}

/** What costs too much is tried again: another process, or a collection of others' garbage, may have been in between. */
function confirmed(cost: Cost, act: () => void): Cost {
  let best = cost
  for (let again = 0; again < 3; again += 1) {
    if (best.milliseconds <= MOST.milliseconds && best.megabytes <= MOST.megabytes) return best
    const { milliseconds, megabytes } = measured(cost.filter, act)
    best = {
      filter: cost.filter,
      milliseconds: Math.min(best.milliseconds, milliseconds),
      megabytes: Math.min(best.megabytes, megabytes),
    }
  }
  return best
}

const heap = (): number => {
  const { used_heap_size: used, external_memory: external } = getHeapStatistics()
  return used + external
}
