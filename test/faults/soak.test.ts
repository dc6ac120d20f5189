import { NOTHING } from './checker'
import { countKills } from './fault-line'
import type { SoakReport } from './soak'
import { soak } from './soak'

/** The short form; `npm run soak` is the long one. */
const MINUTES = 1.5
const KILLS = 6
/** A machine with other work keeps up: what is tried is what breaks, not how much passes. */
const PAUSE_MS = 30

jest.setTimeout(900_000)
let report: SoakReport
beforeAll(async () => {
  // What happened, for whoever has to find out why it failed.
  const say = (line: string): void => void process.stdout.write(`soak: ${line}\n`)
  report = await soak({ minutes: MINUTES, kills: KILLS, pauseMs: PAUSE_MS, brokers: 3, say })
}, 900_000)

test('every committed change became one fact, in the order of its row, regardless of kills', () => {
  expect(report.changes).toBeGreaterThan(1_000)
  expect(countKills(report.faults)).toBeGreaterThanOrEqual(KILLS)
  expect(report.violations).toEqual(NOTHING)
})

test('what is read afterwards is what was seen while things broke', () => {
  expect(report.violationsAfterwards).toEqual(NOTHING)
})

test("Kafka's own Java consumer sees as many facts, each with an id of its own", () => {
  expect([report.javaFacts, report.javaIds]).toEqual([report.facts, report.facts])
})

test('a second replication slot holds as many changes as the history that facts are compared with', () => {
  expect(report.secondSlot).toBe(report.changes)
})
