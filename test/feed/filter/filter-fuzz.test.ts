import { Environment } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { FilterCompiler } from '../../../src/feed/filter/filter'
import type { Problem } from '../../../src/feed/problem'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { FilterGrammar, randomOf } from './filter-grammar'
import { Status } from '../feed-world'
import { largeFacts, primaryImage } from '../large-facts'
import { fuzzFilters } from './fuzz-filters'

test('R30: no filter costs more than its budget on a fact of any size', () => {
  const report = fuzzFilters({ filters: 600, seed: 7, facts: largeFacts(300_000), passes: 1 })
  expect(report.failures).toEqual([])
  // A second of processor would be twenty times what is allowed.
  expect(report.slowest.milliseconds).toBeLessThan(1_000)
  expect(report.taken).toBeGreaterThan(100)
  expect(report.refused).toBeGreaterThan(50)
  expect(report.ended).toBeGreaterThan(0)
})

describe('R30: an attack of the grammar', () => {
  const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
  const grammar = new FilterGrammar(randomOf(1))
  const attacks = [...new Set(Array.from({ length: 400 }, () => grammar.attack()))]
  const refusal = (filter: string): string | undefined => {
    try {
      compiler.compile(filter)
      return undefined
    } catch (error) {
      return (error as Problem).detail
    }
  }

  test('is refused for what it does, not for how it is written, or is taken', () => {
    const reasons =
      /no function cel\.bind|is too large|is the most\.$|nested in another one|must be a literal|no string \+ string|no method split/
    const others = attacks.map(refusal).filter((why = 'it is too large') => !reasons.test(why))
    expect(others).toEqual([])
  })

  test('that is taken costs more than the budget on a large fact', () => {
    const taken = attacks.filter((filter) => refusal(filter) === undefined)
    const facts = largeFacts(4_000_000)
    const cheap = taken.filter((filter) => {
      const holds = compiler.compile(filter)
      return !facts.some((fact) => {
        try {
          holds(fact)
          return false
        } catch (error) {
          return (error as Problem).problem === 'filter-too-costly'
        }
      })
    })
    expect([taken.length, cheap]).toEqual([7, []])
  })
})

describe('R28: what a filter says is what it says elsewhere', () => {
  const image = primaryImage({
    id: 7n,
    secondaryId: 5n,
    title: 'ab',
    notes: 'aabab',
    quantity: 3,
    serialNumber: 40n,
    status: Status.STATUS_ACTIVE,
    amount: '12.5',
    labels: ['a', 'b', 'ab'],
    verified: true,
    score: 2.5,
    attributes: '{}',
    externalId: 'x',
    fingerprint: Buffer.from('aa'),
  })
  const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
  const language = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
  })
  const context = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([name, one]) => [
            name,
            name === 'revision' ? new UnsignedInt(one as bigint) : context(one),
          ]),
        )
  const fact = context(image.context) as Record<string, unknown>

  test('of 1,500 filters, each gives what the language gives, unless that has no such thing', () => {
    const grammar = new FilterGrammar(randomOf(3))
    let compared = 0
    for (let count = 0; count < 1_500; count += 1) {
      const filter = grammar.plain()
      // Times are finer here, and patterns are RE2's.
      if (/createdAt|updatedAt|header\.time|timestamp|matches/.test(filter)) continue
      let ours: boolean
      try {
        ours = compiler.compile(filter)(image)
      } catch (error) {
        expect(error).toMatchObject({ problem: 'filter-invalid' })
        continue
      }
      let theirs: unknown
      try {
        theirs = language.evaluate(filter, { ...fact, fact })
      } catch {
        theirs = false
      }
      expect([filter, ours]).toEqual([filter, theirs === true])
      compared += 1
    }
    expect(compared).toBeGreaterThan(300)
  })
})
