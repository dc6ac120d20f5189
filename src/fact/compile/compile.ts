import { FactsError } from '../../errors'
import type { Stores, Tables } from '../../topology/processor'
import type { Source, Topology } from '../../topology/topology'
import { defineTopology } from '../../topology/topology'
import type { PreparedSerde } from '../../protobuf/serde/serde'
import { contradictions } from '../declare/contradictions'
import type { Fact } from '../declare/define-fact'
import { lookedUp } from '../declare/tables-of'
import { FactProcessor } from './fact-processor'
import type { FactMessage, FactTopic } from '../declare/fact-topic'
import type { AnyTable, LookupMap } from '../declare/lookup'
import { referenceTo } from '../lookups/reference'
import { globalTable } from '../lookups/global-table'

export interface CompileOptions {
  /** Topic of changes that could not become facts. */
  readonly deadLetters: string
  /** Number of the database's current history; positions of different histories are not comparable. Default 1. */
  readonly epoch?: number
  /** Text of a schema of the registry by its id, for tables whose records name schemas; undefined when it has none. */
  readonly schemaText?: (id: number) => Promise<string | undefined>
  /** How a topic's facts are encoded. */
  readonly serde: (topic: FactTopic<FactMessage>) => PreparedSerde<FactMessage>
}

/**
 * Facts to topology: a source per table, a processor and a sink per fact, a global table per looked-up table. Throws
 * TOPOLOGY_INVALID when two facts contradict each other.
 */
export function compile(
  facts: readonly Fact[],
  { deadLetters, serde, epoch = 1, schemaText = unknownSchema }: CompileOptions,
): Topology {
  const faults = contradictions(facts)
  if (faults.length > 0) {
    throw new FactsError('TOPOLOGY_INVALID', `The facts are not valid: ${faults.join('; ')}.`)
  }
  const sources = unique(facts.map((fact) => fact.from.topic))
  const inputs = new Map(
    facts.flatMap(({ from, partitions }): (readonly [string, number])[] =>
      partitions === undefined ? [] : [[from.topic, partitions]],
    ),
  )
  const lookups = new Map(
    facts.flatMap((fact) => lookedUp(fact.join)).map((table) => [table.topic, table]),
  )
  for (const { from, join } of facts) checkLookups(from, join)
  const nodes = facts.map((fact) => {
    const encoder = serde(fact.to)
    const sink = {
      name: fact.name,
      topic: fact.to.name,
      partitions: fact.partitions,
      prepare: () => encoder.prepare(),
    }
    const processor = {
      name: fact.name,
      source: fact.from.topic,
      tables: unique(lookedUp(fact.join).map((table) => table.topic)),
      sinks: [fact.name],
      stores: [rowStore(fact)],
      supplier: (tables: Tables, stores: Stores) => {
        const rows = stores.get(rowStore(fact))
        if (rows === undefined) throw new Error(`${fact.name} was not given its store`)
        return new FactProcessor(fact, sink, encoder, tables, rows, epoch)
      },
    }
    return { sink, processor }
  })
  return defineTopology({
    sources: sources.map((topic) => ({
      name: topic,
      topic,
      partitions: inputs.get(topic),
      ...preparing(
        facts.map(({ from }) => from).filter((from) => from.topic === topic),
        schemaText,
      ),
    })),
    globalTables: [...lookups.values()].map((table) => ({
      ...globalTable(table, epoch),
      ...preparing([table], schemaText),
    })),
    processors: nodes.map((node) => node.processor),
    sinks: nodes.map((node) => node.sink),
    deadLetters,
  })
}

/** Empty unless records of the tables name schemas. */
function preparing(
  tables: readonly AnyTable[],
  textOf: NonNullable<CompileOptions['schemaText']>,
): Pick<Source, 'prepare'> {
  const needing = [...new Set(tables)].filter(({ needsSchemas }) => needsSchemas)
  if (needing.length === 0) return {}
  return {
    prepare: async (records) => {
      for (const table of needing) await table.prepare(records, textOf)
    },
  }
}

const unknownSchema = (): Promise<undefined> => Promise.resolve(undefined)

/** Store of a fact's last rows by primary key. */
export const rowStore = (fact: Pick<Fact, 'name'>): string => `${fact.name}.rows`

function checkLookups(from: AnyTable, join: LookupMap): void {
  for (const lookup of Object.values(join)) {
    referenceTo(from, lookup)
    checkLookups(lookup.table, lookup.join)
  }
}

const unique = (names: readonly string[]): string[] => [...new Set(names)]
