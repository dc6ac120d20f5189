import { FactsError } from '../errors'
import type { ProcessorSupplier } from './processor'
import type { LogRecord } from './record'
import type { Sink } from './sink'
import type { ReadOnlyKeyValueStore } from './store'

/** An input topic. Each of its partitions becomes one task. */
export interface Source {
  readonly name: string
  readonly topic: string
  /** Required number of partitions; undefined when any number is accepted. */
  readonly partitions?: number | undefined
  /** Fetches what the processing of these records needs, which is synchronous. Throws FactsError. */
  readonly prepare?: PrepareRecords
}

export type PrepareRecords = (records: readonly Pick<LogRecord, 'key' | 'value'>[]) => Promise<void>

/**
 * A table that every instance holds whole (GlobalKTable): read from the beginning, complete before the first record
 * is processed, not co-partitioned with anything, no re-emit when a row changes.
 */
export interface GlobalTable {
  readonly name: string
  readonly topic: string
  /** As of a source, before `apply`. */
  readonly prepare?: PrepareRecords
  /** Creates an empty table for one instance. */
  readonly open: () => OpenTable
}

/** A global table as one instance holds it. */
export interface OpenTable {
  readonly rows: ReadOnlyKeyValueStore<unknown>
  /** How many rows there are. */
  readonly size: number
  /** Error of an unreadable row that nothing has superseded, if there is one: until then lookups are not allowed. */
  readonly fault: FactsError | undefined
  /** Applies a record of the topic; does not throw for an unreadable one. */
  apply(record: LogRecord): void
}

export interface ProcessorNode {
  readonly name: string
  readonly source: string
  readonly tables: readonly string[]
  /** Names of its own stores; each belongs to one processor. */
  readonly stores: readonly string[]
  readonly sinks: readonly string[]
  readonly supplier: ProcessorSupplier
}

export interface TopologySpec {
  readonly sources: readonly Source[]
  readonly globalTables: readonly GlobalTable[]
  readonly processors: readonly ProcessorNode[]
  readonly sinks: readonly Sink[]
  /** Topic of records that could not be processed. */
  readonly deadLetters: string
}

/** A validated topology: a value before it is a process. */
export type Topology = TopologySpec & { readonly validated: true }

/** Throws TOPOLOGY_INVALID with every fault: duplicate names, edges to missing nodes, unused nodes, loops. */
export function defineTopology(spec: TopologySpec): Topology {
  const faults = [
    ...duplicates(
      'source',
      spec.sources.map((node) => node.name),
    ),
    ...duplicates(
      'source topic',
      spec.sources.map((node) => node.topic),
    ),
    ...duplicates(
      'table',
      spec.globalTables.map((node) => node.name),
    ),
    ...duplicates(
      'processor',
      spec.processors.map((node) => node.name),
    ),
    ...duplicates(
      'sink',
      spec.sinks.map((node) => node.name),
    ),
    ...duplicates(
      'store',
      spec.processors.flatMap((node) => node.stores),
    ),
    ...edges(spec),
    ...loops(spec),
  ]
  if (spec.processors.length === 0) faults.push('there is no processor')
  if (faults.length > 0) {
    throw new FactsError('TOPOLOGY_INVALID', `The topology is not valid: ${faults.join('; ')}.`)
  }
  return Object.freeze({ ...spec, validated: true as const })
}

/** Topics that declare their number of partitions. */
export function declaredPartitions({
  sources,
  sinks,
}: Pick<TopologySpec, 'sources' | 'sinks'>): ReadonlyMap<string, number> {
  return new Map(
    [...sources, ...sinks].flatMap(({ topic, partitions }): (readonly [string, number])[] =>
      partitions === undefined ? [] : [[topic, partitions]],
    ),
  )
}

function duplicates(kind: string, names: readonly string[]): string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => `${kind} "${name}" is declared twice`)
}

function edges(spec: TopologySpec): string[] {
  const kinds = {
    source: { known: spec.sources, used: spec.processors.map((node) => node.source) },
    table: { known: spec.globalTables, used: spec.processors.flatMap((node) => node.tables) },
    sink: { known: spec.sinks, used: spec.processors.flatMap((node) => node.sinks) },
  }
  return Object.entries(kinds).flatMap(([kind, { known, used }]) => {
    const names = new Set(known.map((node) => node.name))
    const wanted = new Set(used)
    return [
      ...[...wanted]
        .filter((name) => !names.has(name))
        .map((name) => `${kind} "${name}" is used but not declared`),
      ...[...names]
        .filter((name) => !wanted.has(name))
        .map((name) => `${kind} "${name}" is declared but not used`),
    ]
  })
}

function loops(spec: TopologySpec): string[] {
  const inputs = new Set([...spec.sources, ...spec.globalTables].map((node) => node.topic))
  return [...spec.sinks.map((sink) => sink.topic), spec.deadLetters]
    .filter((topic) => inputs.has(topic))
    .map((topic) => `topic "${topic}" is read and written`)
}
