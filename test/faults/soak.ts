import { createHash, randomInt } from 'node:crypto'
import { facts as generated, wildapp } from '../../src/gen/messages'
import type { LogRecord } from '../../src/topology/record'
import { readWithJava } from '../support/java-reader'
import { CHANGES, FACTS } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import type { Step, Violations } from './checker'
import { check } from './checker'
import type { Fault } from './fault-line'
import { FAULTS, FaultLine } from './fault-line'
import { countHistory, installHistory, readHistory } from './history'
import { Writers } from './writers'

const { Kind } = generated.v1
const { Primary } = wildapp.primary.v1
const WRITERS = 4
/** Between two faults, milliseconds. */
const PAUSE = [2_000, 6_000] as const
const SETTLE_MS = 240_000

export interface SoakReport {
  readonly seconds: number
  readonly faults: Readonly<Record<Fault, number>>
  readonly transactions: number
  /** Row changes that were committed. */
  readonly changes: number
  /** Changes on the change topic beyond those: delivered again, and dropped. */
  readonly deliveredAgain: number
  readonly facts: number
  /** Facts by Kafka's own Java consumer, and how many different ids they have. */
  readonly javaFacts: number
  readonly javaIds: number
  /** From the end of the faults until the last fact was there. */
  readonly settledSeconds: number
  readonly violations: Violations
}

export interface SoakOptions {
  readonly seconds: number
  readonly say: (line: string) => void
}

/** Writes, breaks, waits until all is quiet, and compares facts with what the database has committed. */
export async function soak({ seconds, say }: SoakOptions): Promise<SoakReport> {
  const faultLine = await FaultLine.start()
  try {
    const { line, counts } = faultLine
    const { url } = line.config.database
    await withClient(url, installHistory)
    const writers = new Writers(url, WRITERS)
    try {
      await line.offsetRecorded()
      await breakThings(faultLine, seconds, say)
    } finally {
      await writers.stop()
    }
    const ended = Date.now()
    const changes = await withClient(url, countHistory)
    if (changes === 0) throw new Error('The writers changed nothing', { cause: writers.lastError })
    say(`${changes} changes were committed; waiting for their facts`)
    await waitFor(
      `${changes} facts`,
      async () => (await line.read(FACTS)).length >= changes,
      SETTLE_MS,
    ).catch((error: unknown) => say(String(error)))
    const settledSeconds = Math.round((Date.now() - ended) / 1_000)
    // What comes too many may come late.
    await line.committed(SETTLE_MS)
    say('Everything is committed; reading all of it')
    const facts = await line.read(FACTS)
    say(`${facts.length} facts`)
    const captured = (await line.read(CHANGES)).filter(({ value }) => value !== null).length
    say(`${captured} changes were captured; reading the facts with Java`)
    const java = await readWithJava(line.config.kafka.brokers, FACTS)
    const history = await withClient(url, readHistory)
    return {
      ...{ seconds, faults: counts, transactions: writers.transactions, changes, settledSeconds },
      deliveredAgain: captured - changes,
      facts: facts.length,
      javaFacts: java.length,
      javaIds: new Set(java.map(({ headers }) => headers['ce_id'])).size,
      violations: check(history, stepsOf(facts)),
    }
  } finally {
    await faultLine.stop()
  }
}

async function breakThings(
  faultLine: FaultLine,
  seconds: number,
  say: (line: string) => void,
): Promise<void> {
  const until = Date.now() + seconds * 1_000
  while (Date.now() < until) {
    const fault = FAULTS[randomInt(0, FAULTS.length)] ?? 'pipeline'
    say(`${new Date().toISOString()}  ${fault}`)
    await faultLine.inject(fault)
    await new Promise((resolve) => setTimeout(resolve, randomInt(...PAUSE)))
  }
}

function stepsOf(facts: readonly LogRecord[]): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>()
  for (const { key, value } of facts) {
    const fact = Primary.decode((value ?? Buffer.alloc(6)).subarray(6))
    const id = String(key)
    const known = steps.get(id) ?? []
    steps.set(id, known)
    known.push(stepOf(fact))
  }
  return steps
}

function stepOf({ header, quantity, notes }: wildapp.primary.v1.Primary): Step {
  if (header?.kind === Kind.KIND_DELETED) return 'removed'
  const digest = notes == null ? '-' : createHash('md5').update(notes).digest('hex')
  return `${quantity} ${digest}`
}
