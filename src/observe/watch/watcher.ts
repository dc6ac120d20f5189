import { setTimeout as delay } from 'node:timers/promises'
import { colors as standardColors, type colorsFor } from '../../colors'
import { toFactsError } from '../../errors'
import type { FactsError } from '../../errors'
import type { Log, Reader, StartPosition } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import type { Topology } from '../../topology/topology'
import { LastKnown } from './last-known'
import type { LineStyle, WatchStyle } from './pair-lines'
import { deadLetterLine, lookedUpLine, pairLines } from './pair-lines'
import type { Pair } from './pairing'
import { Pairing } from './pairing'
import type { WatchedChange } from './watched-change'
import { watchedChange } from './watched-change'
import type { FactText, WatchedFact } from './watched-fact'
import { deadLetter, watchedFact } from './watched-fact'

export interface WatcherOptions {
  readonly log: Log
  readonly topology: Topology
  readonly factText: FactText
  /** Brings the records of captured topics to the form that is shown; default as they are. */
  readonly canonical?: (record: LogRecord) => LogRecord
  /** Topics of the tables whose records have the whole row before; default none. */
  readonly fullIdentity?: ReadonlySet<string>
  /** Receives each line. */
  readonly print: (line: string) => void
  /** Prepares `factText` for these records. */
  readonly prepare?: (records: readonly LogRecord[]) => Promise<void>
  /** Prepares `canonical` for these records. */
  readonly prepareChanges?: (records: readonly LogRecord[]) => Promise<void>
  /** Default `fields`. */
  readonly style?: WatchStyle
  /** Columns that lines of the style `fields` fit into, asked for each; default those of the terminal, if there is one. */
  readonly width?: () => number | undefined
  readonly colors?: ReturnType<typeof colorsFor>
  readonly onPair?: (pair: Pair) => void
  /** Whether the rows of a snapshot, which may be millions, are not shown; `onPair` receives them. */
  readonly hidesSnapshot?: boolean
}

/** Milliseconds that a change and its fact wait for each other before they are shown alone. */
const PATIENCE_MS = 5_000
/** Milliseconds between two looks whether the topics are still read. */
const LOOK_MS = 5_000

/** Undefined for a pipe, and for a terminal that does not say how wide it is. */
const terminalWidth = (): number | undefined =>
  process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined

/** Shows each change with the fact it became, decoded. Reads committed records only, and commits no offsets. */
export class Watcher {
  private readonly reader: Reader
  private readonly pairing = new Pairing<WatchedChange, WatchedFact>(PATIENCE_MS)
  private readonly lastRows = new LastKnown()
  private readonly lastFacts = new LastKnown()
  private readonly sources: ReadonlySet<string>
  private readonly facts: ReadonlySet<string>
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
    await this.options.prepareChanges?.(records)
    for (const record of records) this.showOne(record)
  }

  private showOne(record: LogRecord): void {
    const { topology, print, factText, fullIdentity, canonical } = this.options
    const now = Date.now()
    if (record.topic === topology.deadLetters) {
      print(deadLetterLine(deadLetter(record), this.line))
      return
    }
    if (this.facts.has(record.topic)) {
      this.print(this.pairing.fact(watchedFact(record, now, factText, this.lastFacts)))
      return
    }
    const change = watchedChange(
      canonical === undefined ? record : canonical(record),
      now,
      this.lastRows,
      fullIdentity?.has(record.topic) ?? false,
    )
    if (change === undefined) return
    // A change of a table that is only looked up has no fact to wait for.
    if (this.sources.has(record.topic)) this.print(this.pairing.change(change))
    else if (!this.isHidden({ change, fact: undefined })) print(lookedUpLine(change, this.line))
  }

  private print(pair: Pair | undefined): void {
    if (pair === undefined) return
    if (!this.isHidden(pair)) {
      for (const line of pairLines(pair, this.line)) this.options.print(line)
    }
    this.options.onPair?.(pair)
  }

  private isHidden({ change, fact }: Pair): boolean {
    const isOfSnapshot = change?.operation === 'snapshot' || fact?.type.endsWith('.snapshot')
    return this.options.hidesSnapshot === true && isOfSnapshot === true
  }

  private get line(): LineStyle {
    const { style = 'fields', width = terminalWidth, colors = standardColors } = this.options
    return { style, colors, width: style === 'fields' ? width() : undefined }
  }
}
