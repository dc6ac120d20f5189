import type { Fact } from '../fact/declare/define-fact'
import type { CrashMode } from './crashing-log'
import type { DriveOptions } from './drive'
import { drive } from './drive'
import type { Driver } from './driver'

/** Writes changes; may settle in between, so that they come in several transactions. */
export type Scenario<Declared extends Fact = Fact> = (
  driver: Driver<Declared>,
) => void | Promise<void>

const MODES: readonly CrashMode[] = ['before', 'after']

/**
 * Runs the scenario once without a crash, and then with a process that dies at its n-th request to the broker, for
 * every n, with the request taking effect or not, on the same disk or a new one. Resolves with the number of
 * crashes when the facts and dead letters were the same each time, byte by byte and in the same order per key; throws
 * an Error that names the first difference otherwise.
 */
export async function everyCrash<Declared extends Fact>(
  facts: Declared | readonly Declared[],
  scenario: Scenario<Declared>,
  options: Omit<DriveOptions, 'crash'>,
): Promise<number> {
  const expected = await outcome(await drive(facts, options), scenario)
  let crashes = 0
  for (const mode of MODES) {
    for (const disk of ['same', 'new'] as const) {
      for (let at = 1; ; at += 1) {
        const driver = await drive(facts, { ...options, crash: { at, mode } })
        const found = await outcome(driver, scenario, disk === 'new')
        if (driver.requests < at) break
        crashes += 1
        const difference = firstDifference(expected, found)
        if (difference !== undefined) {
          throw new Error(
            `After a crash at request ${at} (${mode} it took effect, ${disk} disk): ${difference}`,
          )
        }
      }
    }
  }
  return crashes
}

/** Outputs by key, in order. */
type Outcome = ReadonlyMap<string, readonly string[]>

async function outcome<Declared extends Fact>(
  driver: Driver<Declared>,
  scenario: Scenario<Declared>,
  loseDisk = false,
): Promise<Outcome> {
  try {
    driver.onCrash = loseDisk ? () => driver.loseDisk() : undefined
    await scenario(driver)
    const found = new Map<string, string[]>()
    const add = (kind: string, key: Buffer | null, value: Buffer | null): void => {
      const name = `${kind} ${key?.toString() ?? ''}`
      found.set(name, [...(found.get(name) ?? []), value?.toString('latin1') ?? 'null'])
    }
    for (const { fact, record } of await driver.facts()) add(fact, record.key, record.value)
    for (const { key, value } of await driver.deadLetters()) add('dead letter', key, value)
    return found
  } finally {
    await driver.stop()
  }
}

function firstDifference(expected: Outcome, found: Outcome): string | undefined {
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const wanted = expected.get(name) ?? []
    const got = found.get(name) ?? []
    if (wanted.length !== got.length) {
      return `${name} has ${got.length} records instead of ${wanted.length}`
    }
    const index = wanted.findIndex((value, i) => value !== got[i])
    if (index >= 0) return `record ${index + 1} of ${name} differs`
  }
  return undefined
}
