import { NOTHING } from './checker'
import { FAULTS } from './fault-line'
import type { SoakReport } from './soak'
import { soak } from './soak'

/** The short form; `npm run soak` is the long one. */
const SECONDS = 90

jest.setTimeout(900_000)
let report: SoakReport
beforeAll(async () => {
  report = await soak({ seconds: SECONDS, say: () => undefined })
}, 900_000)

test('every committed change became one fact, in the order of its row, whatever was killed', () => {
  expect(report.changes).toBeGreaterThan(1_000)
  expect(FAULTS.reduce((sum, fault) => sum + report.faults[fault], 0)).toBeGreaterThan(3)
  expect(report.violations).toEqual(NOTHING)
})

test("Kafka's own Java consumer sees as many facts, each with an id of its own", () => {
  expect([report.javaFacts, report.javaIds]).toEqual([report.facts, report.facts])
})
