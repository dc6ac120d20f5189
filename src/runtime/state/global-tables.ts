import type { Log, Reader } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import { FactsError } from '../../errors'
import type { ReadOnlyKeyValueStore } from '../../topology/store'
import type { GlobalTable, OpenTable } from '../../topology/topology'

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
        for (const record of records) {
          for (const table of this.byTopic.get(record.topic) ?? []) table.apply(record)
        }
        for (const [table, { size }] of this.open) this.metrics.tableRows.set({ table }, size)
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
    this.refuseBroken()
  }

  async stop(): Promise<void> {
    await this.reader?.stop()
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
