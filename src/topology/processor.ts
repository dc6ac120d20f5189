import type { Headers, LogRecord } from './record'
import type { ReadOnlyKeyValueStore } from './store'
import type { Sink } from './topology'

/** What a processor hands to a sink; the runtime chooses the partition from the key. */
export interface Output {
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Milliseconds since the epoch. */
  readonly timestamp: bigint
  readonly headers: Headers
}

export interface ProcessorContext {
  /** Writes to a sink that the processor declared. */
  forward(sink: Sink, output: Output): void
  /** States that this record makes no output, and why; counted by reason. */
  drop(reason: string): void
}

/** Read access to the tables that a processor declared, by table name. */
export type Tables = ReadonlyMap<string, ReadOnlyKeyValueStore<unknown>>

/**
 * One step per record: synchronous and pure but for `context`. For every record it forwards, drops, or throws a
 * FactsError; one of remedy `skip` makes a dead letter and undoes what this record had forwarded.
 */
export interface Processor {
  process(record: LogRecord, context: ProcessorContext): void
}

/** Makes one processor per task, with the tables that the node declared. */
export type ProcessorSupplier = (tables: Tables) => Processor
