import type { MemoryBroker } from '../broker/memory/memory-broker'
import { partitionFor } from '../topology/partitioner'
import type { OutputRecord } from '../topology/record'
import { debeziumRecord } from './debezium'
import { SourceClock } from './source-clock'

/** A row or a key: values by column, as Debezium writes them. */
export type Columns = Readonly<Record<string, unknown>>

/** The part of a table that the driver needs. */
export interface DrivenTable {
  readonly topic: string
  readonly keyColumns: readonly string[]
}

/**
 * Writes changes to the captured topics as Debezium would. Positions increase automatically: each change has its own source
 * transaction, except within `transaction`.
 */
export class ChangeWriter {
  private readonly written: OutputRecord[] = []
  private readonly clock = new SourceClock()

  constructor(protected readonly broker: MemoryBroker) {}

  insert(table: DrivenTable, row: Columns): this {
    return this.change(table, 'c', row, null)
  }

  /** Use the placeholder "__debezium_unavailable_value" for an unchanged TOASTed value. */
  update(table: DrivenTable, row: Columns): this {
    return this.change(table, 'u', row, null)
  }

  /** A delete, followed by its tombstone. */
  remove(table: DrivenTable, key: Columns): this {
    this.change(table, 'd', null, key)
    const { topic, partition, key: bytes, timestamp } = this.written.at(-1) as OutputRecord
    return this.write({ topic, partition, key: bytes, value: null, timestamp, headers: {} })
  }

  /** A row as a snapshot reads it. */
  snapshot(table: DrivenTable, row: Columns): this {
    return this.change(table, 'r', row, null)
  }

  truncate({ topic }: DrivenTable): this {
    const position = this.clock.next()
    const record = debeziumRecord({
      topic,
      op: 't',
      key: null,
      after: null,
      before: null,
      ...position,
    })
    return this.write({ ...record, partition: 0 })
  }

  /** Changes made by `work` have one source transaction. */
  transaction(work: () => void): this {
    this.clock.begin()
    work()
    this.clock.end()
    return this
  }

  /** Delivers the last changes again, as Debezium does after a crash; default all of them. */
  redeliver(last = this.written.length): this {
    for (const record of this.written.slice(-last)) this.broker.append(record)
    return this
  }

  /** Writes any record unchanged. */
  write(record: OutputRecord): this {
    this.written.push(record)
    this.broker.append(record)
    return this
  }

  private change(
    table: DrivenTable,
    op: 'c' | 'u' | 'd' | 'r',
    after: Columns | null,
    before: Columns | null,
  ): this {
    const row = after ?? before ?? {}
    const key = Object.fromEntries(table.keyColumns.map((name) => [name, row[name]]))
    const position = this.clock.next()
    const transaction = op === 'r' ? null : position.transaction
    const { topic } = table
    const record = debeziumRecord({ topic, op, key, after, before, ...position, transaction })
    const count = this.broker.partitionsOf(topic)?.length ?? 1
    return this.write({ ...record, partition: partitionFor(record.key, count) })
  }
}
