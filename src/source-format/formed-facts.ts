import { FactsError } from '../errors'
import { tablesOf } from '../fact/declare/tables-of'
import type { Fact } from '../fact/declare/define-fact'
import type { AnyTable, LookupMap } from '../fact/declare/lookup'
import type { SourceFormat } from './debezium'
import { FormedTable } from './formed-table'
import { RecordForm } from './records/record-form'
import { lossesOf } from './settings/losses'

export interface FormedFacts {
  /** The same facts, of tables whose records are read in the format. */
  readonly facts: readonly Fact[]
  /** What they lack or have inexactly because of it, a sentence each. */
  readonly losses: readonly string[]
}

/** Facts from records of another format. Throws FactsError CONFIG_INVALID when a table cannot be read in it. */
export function formedFacts(facts: readonly Fact[], { settings }: SourceFormat): FormedFacts {
  const forms = new Map(
    tablesOf(facts).map((table) => [table, new RecordForm(table.shape, settings)]),
  )
  const faults = [...forms.values()].flatMap((form) => form.faults())
  if (faults.length > 0) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The tables cannot be read in the application's format: ${faults.join('; ')}.`,
    )
  }
  const tables = new Map<AnyTable, AnyTable>(
    [...forms].map(([table, form]) => [
      table,
      new FormedTable<unknown, unknown>(table.shape, form),
    ]),
  )
  return {
    facts: facts.map((fact) => ({
      ...fact,
      from: formed(fact.from, tables),
      join: formedJoin(fact.join, tables),
    })),
    losses: lossesOf(
      settings,
      [...forms.keys()].map(({ shape }) => shape),
    ),
  }
}

function formedJoin(join: LookupMap, tables: ReadonlyMap<AnyTable, AnyTable>): LookupMap {
  return Object.fromEntries(
    Object.entries(join).map(([name, lookup]) => [
      name,
      {
        ...lookup,
        table: formed(lookup.table, tables),
        join: formedJoin(lookup.join, tables),
      },
    ]),
  )
}

function formed(table: AnyTable, tables: ReadonlyMap<AnyTable, AnyTable>): AnyTable {
  return tables.get(table) ?? table
}
