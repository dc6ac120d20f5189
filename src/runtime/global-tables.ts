import type { Log, Reader } from '../log/log'
import type { Logger, Metrics } from '../telemetry'
import { FactsError, toFactsError } from '../errors'
import type { LogRecord } from '../topology/record'
import type { ReadOnlyKeyValueStore } from '../topology/store'
import type { GlobalTable } from '../topology/topology'

/**
 * The global tables of one instance: each topic read whole from its beginning, complete before the first record is
 * processed, and kept current. `catchUp` is called before each batch, so that a lookup sees at least every row that
 * stood on the topic when the batch was read.
 */
export class GlobalTables {
  private readonly rows = new Map<string, Map<string, unknown>>()
  private readonly byTopic = new Map<string, GlobalTable[]>()
  private readonly reader: Reader | undefined
  /** By table and key: rows that could not be read and were not superseded since. */
  private readonly broken = new Map<string, FactsError>()

  constructor(
    log: Log,
    private readonly tables: readonly GlobalTable[],
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    for (const table of tables) {
      this.rows.set(table.name, new Map())
      this.byTopic.set(table.topic, [...(this.byTopic.get(table.topic) ?? []), table])
    }
    this.reader = tables.length === 0 ? undefined : log.reader([...this.byTopic.keys()])
  }

  /** Read-only views by table name. */
  views(names: readonly string[]): ReadonlyMap<string, ReadOnlyKeyValueStore<unknown>> {
    return new Map(names.map((name) => [name, this.rows.get(name) ?? new Map<string, unknown>()]))
  }

  /** Starts reading and resolves when every table is complete. */
  async start(): Promise<void> {
    if (this.reader === undefined) return
    await this.reader.start((records) => {
      for (const record of records) {
        for (const table of this.byTopic.get(record.topic) ?? []) this.apply(table, record)
      }
      for (const [table, rows] of this.rows) this.metrics.tableRows.set({ table }, rows.size)
    })
    await this.catchUp()
    for (const { name, topic } of this.tables) {
      this.logger.info(
        { table: name, topic, rows: this.rows.get(name)?.size },
        'Global table complete',
      )
    }
  }

  /** Resolves when the tables hold everything that stood on their topics at the time of the call. */
  async catchUp(): Promise<void> {
    await this.reader?.catchUp()
    this.refuseBroken()
  }

  async stop(): Promise<void> {
    await this.reader?.stop()
  }

  private apply(table: GlobalTable, record: LogRecord): void {
    const broken = `${table.name} ${record.key?.toString('hex') ?? ''}`
    try {
      const rows = this.rows.get(table.name)
      if (rows !== undefined) table.apply(record, rows)
      this.broken.delete(broken)
    } catch (error) {
      const { topic, partition, offset } = record
      this.broken.set(broken, toFactsError(error).at({ topic, partition, offset }))
    }
  }

  /** A row that cannot be read would enrich facts with an older one, so nothing goes on until it was superseded. */
  private refuseBroken(): void {
    for (const error of this.broken.values()) {
      throw new FactsError(
        'TABLE_ROW_INVALID',
        `A row of a lookup table cannot be read: ${error.message} Facts would be enriched with an older row. Update the row in the source database, so that a newer change supersedes this one, then start again.`,
        { ...error.coordinates, cause: error },
      )
    }
  }
}
