import { setTimeout as delay } from 'node:timers/promises'
import { colors as pc } from '../../colors'
import { toFactsError } from '../../errors'
import type { FactsError } from '../../errors'
import type { Log, Reader, StartPosition } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import type { Topology } from '../../topology/topology'
import { describeChange } from './describe-change'
import type { FactText } from './describe-fact'
import { describeDeadLetter, describeFact } from './describe-fact'
import type { Pair } from './pairing'
import { Pairing } from './pairing'

export interface WatcherOptions {
  readonly log: Log
  readonly topology: Topology
  readonly factText: FactText
  /** Receives each line. */
  readonly print: (line: string) => void
  /** Prepares `factText` for these records. */
  readonly prepare?: (records: readonly LogRecord[]) => Promise<void>
  /** Longest line; default the terminal's width, or 240 when there is no terminal. */
  readonly width?: number
  readonly onPair?: (pair: Pair) => void
}

/** Milliseconds that a change and its fact wait for each other before they are shown alone. */
const PATIENCE_MS = 5_000
/** Milliseconds between two looks whether the topics are still read. */
const LOOK_MS = 5_000

/** Shows each change beside its fact, decoded. Reads committed records only, and commits no offsets. */
export class Watcher {
  private readonly reader: Reader
  private readonly pairing = new Pairing(PATIENCE_MS)
  private readonly sources: ReadonlySet<string>
  private readonly facts: ReadonlySet<string>
  private readonly width: number
  private timer: NodeJS.Timeout | undefined
  private turn: Promise<void> = Promise.resolve()
  private looking: Promise<void> = Promise.resolve()
  private readonly ending = new AbortController()
  private fail: (error: FactsError) => void = () => undefined
  /** Rejects with an error that requires an operator, after which nothing is shown; never resolves. */
  readonly failed: Promise<never>

  constructor(private readonly options: WatcherOptions) {
    const { topology, log } = options
    this.failed = new Promise((_, reject) => (this.fail = reject))
    this.failed.catch(() => undefined)
    this.sources = new Set(topology.sources.map((source) => source.topic))
    this.facts = new Set(topology.sinks.map((sink) => sink.topic))
    const tables = topology.globalTables.map((table) => table.topic)
    this.reader = log.reader([
      ...new Set([...this.sources, ...tables, ...this.facts, topology.deadLetters]),
    ])
    this.width = options.width ?? (process.stdout.isTTY ? process.stdout.columns : 240)
  }

  async start(from: StartPosition): Promise<void> {
    await this.reader.start((records) => {
      this.turn = this.turn.then(() => this.show(records))
    }, from)
    this.timer = setInterval(() => {
      for (const pair of this.pairing.expired(Date.now())) this.print(pair)
    }, 500)
    this.looking = this.look()
  }

  /** Shows the unpaired records, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.ending.abort()
    await this.reader.stop()
    await this.looking
    await this.turn
    for (const pair of this.pairing.expired(Number.MAX_SAFE_INTEGER)) this.print(pair)
  }

  /** A reader that may not continue says so only when it is asked for the end. */
  private async look(): Promise<void> {
    const { signal } = this.ending
    while (!signal.aborted) {
      try {
        await this.reader.catchUp()
      } catch (error) {
        const known = toFactsError(error)
        if (known.remedy !== 'retry') this.fail(known)
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  private async show(records: readonly LogRecord[]): Promise<void> {
    const facts = records.filter((record) => this.facts.has(record.topic))
    if (facts.length > 0) await this.options.prepare?.(facts)
    for (const record of records) this.showOne(record)
  }

  private showOne(record: LogRecord): void {
    const now = Date.now()
    if (record.topic === this.options.topology.deadLetters) {
      this.line(pc.red(describeDeadLetter(record)))
      return
    }
    if (this.facts.has(record.topic)) {
      this.print(this.pairing.fact(describeFact(record, now, this.options.factText)))
      return
    }
    const change = describeChange(record, now)
    if (change === undefined) return
    // A change of a table that is only looked up has no fact to wait for.
    if (this.sources.has(record.topic)) this.print(this.pairing.change(change))
    else this.line(`${pc.dim('change')}  ${change.title}  ${pc.dim(change.body)}`)
  }

  private print(pair: Pair | undefined): void {
    if (pair === undefined) return
    const { change, fact } = pair
    this.line(
      `${pc.cyan('change')}  ${change?.title ?? pc.dim('(before this watch began)')}  ${pc.dim(change?.body ?? '')}`,
    )
    this.line(
      `${pc.green('  fact')}  ${fact?.title ?? pc.yellow('none yet')}  ${pc.dim(fact?.body ?? '')}`,
    )
    this.options.onPair?.(pair)
  }

  private line(text: string): void {
    this.options.print(text.length <= this.width ? text : clip(text, this.width))
  }
}

/** Cuts at a width in visible characters, leaving colour codes whole. */
function clip(text: string, width: number): string {
  let visible = 0
  let out = ''
  // eslint-disable-next-line no-control-regex -- the escape character starts a colour code
  for (const part of text.split(/(\u001b\[\d+m)/)) {
    const code = part.startsWith('\u001b')
    const kept = code ? part : part.slice(0, Math.max(0, width - 1 - visible))
    out += kept
    visible += code ? 0 : kept.length
  }
  return `${out}…`
}
