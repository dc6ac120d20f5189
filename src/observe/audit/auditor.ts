import { setTimeout as delay } from 'node:timers/promises'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { Log, Reader, StartPosition } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import type { LogRecord } from '../../topology/record'
import type { Topology } from '../../topology/topology'
import type { Judgement } from './completeness'
import { Completeness } from './completeness'

export interface AuditorOptions {
  readonly log: Log
  readonly topology: Topology
  readonly logger: Logger
  readonly onJudgement: (judgement: Judgement) => void
}

/** Milliseconds after a transaction's end in which its rows, which are on other topics, may arrive. */
const GRACE_MS = 10_000

interface Transaction {
  readonly id?: string
  readonly status?: string
  readonly total_order?: number
  readonly data_collection_order?: number
  readonly data_collections?:
    readonly { readonly data_collection: string; readonly event_count: number }[] | null
}

interface Value {
  readonly payload?: Value
  readonly source?: { readonly schema?: string; readonly table?: string }
  readonly transaction?: Transaction | null
}

/**
 * Reads the captured topics and Debezium's transaction topic beside the pipeline, and checks for every source transaction
 * whether all its changes arrived. Commits no offsets.
 */
export class Auditor {
  private readonly reader: Reader
  private readonly completeness: Completeness
  private readonly transactions: string
  private timer: NodeJS.Timeout | undefined
  private readonly ending = new AbortController()
  private turn: Promise<void> = Promise.resolve()

  constructor(private readonly options: AuditorOptions) {
    const { topology, log } = options
    const topics = [...topology.sources, ...topology.globalTables].map(({ topic }) => topic)
    this.transactions = transactionTopic(topics[0] ?? '')
    this.completeness = new Completeness(new Set(topics.map(tableOf)))
    this.reader = log.reader([...new Set([...topics, this.transactions])])
  }

  async start(from: StartPosition): Promise<void> {
    await this.reader.start((records) => {
      for (const record of records) this.take(record)
    }, from)
    this.timer = setInterval(() => {
      this.turn = this.turn
        .then(() => this.judge())
        .catch((error: unknown) => this.options.logger.warn({ err: error }, 'Auditing failed'))
    }, 1_000)
  }

  /** Judges everything that is on the topics now. */
  async finish(): Promise<void> {
    await this.reader.catchUp()
    this.report(this.completeness.judge(true))
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.ending.abort()
    await this.turn
    await this.reader.stop()
  }

  /** Rows are on other topics than the END record: after it, missing ones are waited for, then reported. */
  private async judge(): Promise<void> {
    this.report(this.completeness.judge(false))
    if (!this.completeness.isWaiting) return
    const { signal } = this.ending
    if (!(await delay(GRACE_MS, true, { signal }).catch(() => false))) return
    await this.reader.catchUp()
    this.report(this.completeness.judge(true))
  }

  private report(judgements: readonly Judgement[]): void {
    for (const judgement of judgements) this.options.onJudgement(judgement)
  }

  private take(record: LogRecord): void {
    if (record.value === null) return
    const value = parsed(record.value)
    if (record.topic === this.transactions) this.takeBoundary(value as Transaction | undefined)
    else this.takeRow(value as Value | undefined)
  }

  private takeRow(value: Value | undefined): void {
    const { source, transaction } = value ?? {}
    const { id, data_collection_order: order } = transaction ?? {}
    if (id === undefined || order === undefined) return
    this.completeness.row(numberOf(id), `${source?.schema ?? ''}.${source?.table ?? ''}`, order)
  }

  private takeBoundary(value: Transaction | undefined): void {
    if (value?.id === undefined) return
    if (value.status === 'BEGIN') this.completeness.begin(numberOf(value.id))
    if (value.status !== 'END') return
    const counts = (value.data_collections ?? []).map(
      (one) => [one.data_collection, one.event_count] as const,
    )
    this.completeness.end(numberOf(value.id), new Map(counts))
  }
}

/** Undefined for a value that is not JSON: it becomes a dead letter in the pipeline, and counts as missing here. */
function parsed(bytes: Buffer): unknown {
  try {
    const value = JSON.parse(bytes.toString()) as Value
    return value.payload ?? value
  } catch {
    return undefined
  }
}

/** Debezium's id consists of the transaction's number and an LSN that differs between events. */
const numberOf = (id: string): string => id.split(':')[0] ?? id

const tableOf = (topic: string): string => {
  const { schema, table } = capturedTopic(topic)
  return `${schema}.${table}`
}

const transactionTopic = (topic: string): string => `${capturedTopic(topic).connector}.transaction`
