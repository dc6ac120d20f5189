import type { Headers, LogRecord } from './record'
import type { ReadOnlyKeyValueStore, StateStore } from './store'
import type { Sink } from './sink'

/** A record that a processor forwards to a sink; the runtime chooses the partition from the key. */
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
  /**
   * Calls `receive` with this record in every other partition of the input too, after everything that is there now: for a
   * record that concerns all keys and arrives in one partition only.
   */
  broadcast(): void
  /**
   * Runs the rest of the record's work in steps, between which other work of the process has its turn: for a record that
   * concerns many keys. The output of a step is sent before the next one begins; it is undone nevertheless when a later step
   * fails.
   */
  inSteps(steps: Iterable<unknown>): void
  /** Counts an observation that is neither an output nor a drop, by its name. */
  note(what: string): void
}

/** Read access to the tables that a processor declared, by table name. */
export type Tables = ReadonlyMap<string, ReadOnlyKeyValueStore<unknown>>

/**
 * One step per record: synchronous and pure but for `context`. For every record it forwards, drops, or throws a
 * FactsError; one of remedy `skip` makes a dead letter and undoes what this record had forwarded and stored.
 */
export interface Processor {
  process(record: LogRecord, context: ProcessorContext): void
  /** Processes a record that another partition's processor has broadcast, or a control record; the same rules hold. */
  receive?(record: LogRecord, context: ProcessorContext): void
  /** Keys with an output in an output topic, as far as known; called when a partition of the topic is empty. */
  published?(topic: string): Iterable<Buffer>
}

/** The stores that a processor declared, by name. */
export type Stores = ReadonlyMap<string, StateStore>

/** Makes one processor per task, with the tables and the stores that the node declared. */
export type ProcessorSupplier = (tables: Tables, stores: Stores) => Processor
