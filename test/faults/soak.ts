import { randomInt } from 'node:crypto'
import { eachRecord } from '../../src/broker/each-record'
import { eachWithJava } from '../support/java-reader'
import { CHANGES, FACTS } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { onDatabase, withClient } from '../support/with-client'
import type { Violations } from './checker'
import { check } from './checker'
import { FactWatch } from './fact-watch'
import type { Fault } from './fault-line'
import { countKills, FAULT_NAMES, FAULTS, FaultLine } from './fault-line'
import {
  countHistory,
  countSecondSlot,
  installHistory,
  openSecondSlot,
  readHistory,
} from './history'
import { Writers } from './writers'

const WRITERS = 4
/** Between the end of a stall and the next fault, milliseconds. */
const PAUSE = [200, 2_000] as const
/** How long a pipeline that was just started may live at least, milliseconds. */
const LIFE = [1_000, 8_000] as const
/** Of a hundred faults, how many come together with another one. */
const PAIRED = 25
const STALL_MS = 180_000
/**
 * Writers outrun the rest of the line on a machine with other work, and then a stall says how much has piled up. They write
 * slower while the facts lag so much; they never stop, because a fact of a younger change ends a stall.
 */
const BEHIND_MS = 5_000
const SLOWER_MS = 250
/** Kills of a pipeline at the beginning, while nothing else breaks. */
const RESTARTS = 3
const SETTLE_MS = 300_000

/** A pipeline that was killed and started again while nothing else broke. Milliseconds. */
interface Restart {
  /** From its start until it is ready. */
  readonly readyMs: number
  /** From its start until facts of every partition flow that were changed after the kill. */
  readonly flowingMs: number
}

export interface SoakReport {
  readonly minutes: number
  readonly brokers: number
  readonly faults: Readonly<Record<Fault, number>>
  /** Pipelines that ended by themselves, and were started again. */
  readonly ended: number
  readonly restarts: readonly Restart[]
  /** Longest time from the end of a fault until facts of every partition flowed. */
  readonly longestStallMs: number
  /** Row changes that were committed, by the trigger's history and by a second replication slot. */
  readonly changes: number
  readonly secondSlot: number
  /** Changes on the change topic beyond those: delivered again, and dropped. */
  readonly deliveredAgain: number
  /** Facts seen while things broke. */
  readonly facts: number
  /** Facts by Kafka's own Java consumer afterwards, and how many different ids they have. */
  readonly javaFacts: number
  readonly javaIds: number
  /** From the end of the faults until the last fact was there. */
  readonly settledSeconds: number
  /** Of what was seen while things broke, and of what is read afterwards. */
  readonly violations: Violations
  readonly violationsAfterwards: Violations
}

export interface SoakOptions {
  readonly minutes: number
  /** It continues beyond its minutes until so many processes were killed. */
  readonly kills?: number
  /** Between two transactions of a client that writes, milliseconds; default 0. */
  readonly pauseMs?: number
  readonly brokers: 1 | 3
  readonly say: (line: string) => void
}

/** Writes, breaks, waits until all is quiet, and compares facts with what the database has committed. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const faultLine = await FaultLine.start(options.brokers, options.say)
  const run = new Soak(faultLine, options)
  try {
    return await run.run()
  } catch (error) {
    options.say(`${new Date().toISOString()}  ${String(error)}`)
    options.say(`the reader that watches: ${await run.describe()}`)
    options.say(await faultLine.describe())
    throw error
  } finally {
    await faultLine.stop()
  }
}

class Soak {
  private readonly counts = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<
    Fault,
    number
  >
  private readonly restarts: Restart[] = []
  private longestStallMs = 0
  private readonly watch: FactWatch

  constructor(
    private readonly faultLine: FaultLine,
    private readonly options: SoakOptions,
  ) {
    this.watch = this.newWatch()
  }

  /** What the watching reader has seen, and why it cannot continue. */
  async describe(): Promise<string> {
    const seen = this.watch.describe()
    const late = new Promise<string>((resolve) =>
      setTimeout(() => resolve('it does not catch up'), 10_000).unref(),
    )
    const state = this.watch.catchUp().then(() => 'it has caught up', String)
    return `${seen}; ${await Promise.race([state, late])}`
  }

  async run(): Promise<SoakReport> {
    const { line } = this.faultLine
    const { minutes, brokers, say } = this.options
    const { url } = line.config.database
    const superuser = onDatabase(new URL(url).pathname.slice(1), line.stack.superuserUrl ?? url)
    await withClient(url, installHistory)
    await withClient(superuser, openSecondSlot)
    await this.watch.start()
    await this.writeAndBreak()
    const ended = Date.now()
    const changes = await withClient(url, countHistory)
    say(`${changes} changes were committed; waiting for their facts`)
    await waitFor(`${changes} facts`, () => this.watch.count >= changes, SETTLE_MS).catch(
      (error: unknown) => say(`${String(error)}: ${this.watch.count}`),
    )
    const settledSeconds = Math.round((Date.now() - ended) / 1_000)
    // What comes too many may come late.
    await line.committed(SETTLE_MS)
    await this.watch.catchUp()
    await this.watch.stop()
    say(`${this.watch.count} facts; reading them again, and the database's history`)
    const afterwards = await this.readAgain()
    const history = await withClient(url, readHistory)
    return {
      minutes,
      brokers,
      faults: this.counts,
      settledSeconds,
      changes,
      restarts: this.restarts,
      longestStallMs: this.longestStallMs,
      ended: this.faultLine.ended,
      secondSlot: await withClient(superuser, countSecondSlot),
      deliveredAgain: (await this.countCaptured()) - changes,
      facts: this.watch.count,
      ...(await this.countWithJava()),
      violations: check(history, this.watch.steps),
      violationsAfterwards: check(history, afterwards.steps),
    }
  }

  private async writeAndBreak(): Promise<void> {
    const { line } = this.faultLine
    const { pauseMs = 0 } = this.options
    const writers = new Writers(line.config.database.url, WRITERS, () =>
      this.watch.lagMs > BEHIND_MS ? SLOWER_MS : pauseMs,
    )
    try {
      await line.offsetRecorded()
      await this.watch.flowing(STALL_MS)
      for (let count = 0; count < RESTARTS; count += 1) this.restarts.push(await this.restart())
      const until = Date.now() + this.options.minutes * 60_000
      const { kills = 0 } = this.options
      while (Date.now() < until || countKills(this.counts) < kills) await this.breakOnce()
    } catch (error) {
      throw new Error(`${String(error)}; the writers' last error: ${String(writers.lastError)}`, {
        cause: error,
      })
    } finally {
      await writers.stop()
    }
  }

  private async restart(): Promise<Restart> {
    this.counts.pipeline += 1
    const pipeline = await this.faultLine.killPipeline()
    const started = Date.now()
    const since = (): number => Date.now() - started
    const [readyMs, flowingMs] = await Promise.all([
      pipeline.ready().then(since),
      this.watch.flowing(STALL_MS).then(since),
    ])
    const seconds = [readyMs, flowingMs].map((ms) => (ms / 1_000).toFixed(1))
    this.options.say(`pipeline, ready after ${seconds[0]} s, flowing again after ${seconds[1]} s`)
    return { readyMs, flowingMs }
  }

  private async breakOnce(): Promise<void> {
    const first = anyFault()
    const second = randomInt(0, 100) < PAIRED ? anyFault() : first
    const faults = [...new Set([first, second])]
    for (const fault of faults) this.counts[fault] += 1
    const lagged = (this.watch.lagMs / 1_000).toFixed(1)
    await Promise.all(faults.map((fault) => this.faultLine.inject(fault)))
    // Pipelines die at any moment, also while they are still catching up.
    if (faults.every((fault) => fault === 'pipeline')) {
      this.options.say(`${new Date().toISOString()}  pipeline`)
      await new Promise((resolve) => setTimeout(resolve, randomInt(...LIFE)))
      return
    }
    const stall = await this.watch.flowing(STALL_MS)
    this.longestStallMs = Math.max(this.longestStallMs, stall)
    const what = `${faults.join(' and ')}, a lag of ${lagged} s before, flowing again after ${(stall / 1_000).toFixed(1)} s`
    this.options.say(`${new Date().toISOString()}  ${what}; ${this.watch.count} facts`)
    await new Promise((resolve) => setTimeout(resolve, randomInt(...PAUSE)))
  }

  private async readAgain(): Promise<FactWatch> {
    const again = this.newWatch()
    try {
      await again.start()
      await again.catchUp()
      return again
    } finally {
      await again.stop()
    }
  }

  private async countCaptured(): Promise<number> {
    let captured = 0
    await eachRecord(this.faultLine.line.log, [CHANGES], ({ value }) => {
      if (value !== null) captured += 1
    })
    return captured
  }

  private async countWithJava(): Promise<Pick<SoakReport, 'javaFacts' | 'javaIds'>> {
    const ids = new Set<string | undefined>()
    let javaFacts = 0
    await eachWithJava(this.faultLine.line.config.kafka.brokers, FACTS, ({ headers }) => {
      javaFacts += 1
      ids.add(headers['ce_id'])
    })
    return { javaFacts, javaIds: ids.size }
  }

  private newWatch(): FactWatch {
    const { log, config } = this.faultLine.line
    return new FactWatch(log, config.topics.partitions)
  }
}

/** By their shares. */
function anyFault(): Fault {
  let dice = randomInt(
    0,
    FAULT_NAMES.reduce((sum, name) => sum + FAULTS[name], 0),
  )
  return FAULT_NAMES.find((name) => (dice -= FAULTS[name]) < 0) ?? 'pipeline'
}
