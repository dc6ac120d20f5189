import type { Log, Reader } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import { setTimeout as delay } from 'node:timers/promises'
import { FactsError, toFactsError } from '../../errors'
import type { ReadOnlyKeyValueStore } from '../../topology/store'
import type { LogRecord } from '../../topology/record'
import type { GlobalTable, OpenTable, PrepareRecords } from '../../topology/topology'

/**
 * The global tables of one instance: each topic read whole from its beginning, complete before the first record is
 * processed, and kept current. `catchUp` is called before each batch, so that a lookup sees at least every row that
 * was on the topic when the batch was read.
 */
export class GlobalTables {
  private readonly open = new Map<string, OpenTable>()
  private readonly byTopic = new Map<string, OpenTable[]>()
  private readonly reader: Reader | undefined
  private isReading = false
  private readonly ending = new AbortController()
  /** The records that are applied when what they need is fetched. */
  private turn: Promise<void> = Promise.resolve()

  constructor(
    log: Log,
    private readonly tables: readonly GlobalTable[],
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    for (const { name, topic, open } of tables) {
      const table = open()
      this.open.set(name, table)
      this.byTopic.set(topic, [...(this.byTopic.get(topic) ?? []), table])
    }
    this.reader = tables.length === 0 ? undefined : log.reader([...this.byTopic.keys()])
  }

  /** Read-only views by table name. */
  views(names: readonly string[]): ReadonlyMap<string, ReadOnlyKeyValueStore<unknown>> {
    return new Map(
      names.map((name) => [name, this.open.get(name)?.rows ?? new Map<string, unknown>()]),
    )
  }

  /** Starts reading and resolves when every table is complete. After an error it may be called again. */
  async start(): Promise<void> {
    if (this.reader === undefined) return
    if (!this.isReading) {
      await this.reader.start((records) => {
        if (!this.tables.some(({ prepare }) => prepare !== undefined)) {
          this.apply(records)
          return
        }
        this.turn = this.turn.then(() => this.prepared(records))
      })
      this.isReading = true
    }
    await this.catchUp()
    for (const { name, topic } of this.tables) {
      this.logger.info(
        { table: name, topic, rows: this.open.get(name)?.size },
        'Global table complete',
      )
    }
  }

  /**
   * Resolves when the tables have everything that was on their topics at the time of the call; immediately without tables.
   */
  async catchUp(names: readonly string[] = this.tables.map(({ name }) => name)): Promise<void> {
    if (names.length > 0) await this.reader?.catchUp()
    await this.turn
    this.refuseBroken()
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.reader?.stop()
    await this.turn
  }

  /** Applies the records when what they need is fetched; an outage is waited for, as it is by tasks. */
  private async prepared(records: readonly LogRecord[]): Promise<void> {
    for (const { topic, prepare } of this.tables) {
      const own = records.filter((record) => record.topic === topic)
      await untilPrepared(own, prepare, this.logger, this.ending.signal)
    }
    if (!this.ending.signal.aborted) this.apply(records)
  }

  private apply(records: readonly LogRecord[]): void {
    for (const record of records) {
      for (const table of this.byTopic.get(record.topic) ?? []) table.apply(record)
    }
    for (const [table, { size }] of this.open) this.metrics.tableRows.set({ table }, size)
  }

  /** An unreadable row would enrich facts with an older one, so processing waits until it is superseded. */
  private refuseBroken(): void {
    for (const { fault } of this.open.values()) {
      if (fault === undefined) continue
      if (fault.code === 'EPOCH_CHANGED') throw fault
      throw new FactsError(
        'TABLE_ROW_INVALID',
        `A row of a lookup table cannot be read: ${fault.message} Facts would be enriched with an older row. Update the row in the source database, so that a newer change supersedes this one, then start again.`,
        { ...fault.coordinates, cause: fault },
      )
    }
  }
}

/** Milliseconds between two attempts. */
const AGAIN_MS = 1_000

/** An error that is no outage is left to the decoding of the records, which then lacks what was not fetched. */
async function untilPrepared(
  records: readonly LogRecord[],
  prepare: PrepareRecords | undefined,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await prepare?.(records)
      return
    } catch (error) {
      const known = toFactsError(error)
      logger.warn({ err: known }, 'The schemas of a lookup table cannot be fetched')
      if (known.remedy !== 'retry') return
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
