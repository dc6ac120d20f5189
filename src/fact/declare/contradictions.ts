import type { Fact } from './define-fact'
import type { AnyTable, LookupMap } from './lookup'

/** Contradictory declarations of one topic, each as a fault that names both; empty when there are none. */
export function contradictions(facts: readonly Fact[]): string[] {
  return [...definitions(facts), ...partitions(facts), ...topics(facts)]
}

/** An instance reads a looked-up topic once, with a single definition. */
function definitions(facts: readonly Fact[]): string[] {
  const first = new Map<string, { readonly table: AnyTable; readonly where: string }>()
  return facts.flatMap(({ name, join }) =>
    lookups(join, name).flatMap(({ table, where }) => {
      const other = first.get(table.topic)
      if (other === undefined) first.set(table.topic, { table, where })
      if (other === undefined || other.table === table) return []
      return [
        `${other.where} and ${where} look up the topic "${table.topic}" by two definitions of its table: declare the table once, with the columns of both`,
      ]
    }),
  )
}

function lookups(
  join: LookupMap,
  path: string,
): { readonly table: AnyTable; readonly where: string }[] {
  return Object.entries(join).flatMap(([name, lookup]) => {
    const where = `${path}.${name}`
    return [{ table: lookup.table, where }, ...lookups(lookup.join, where)]
  })
}

function partitions(facts: readonly Fact[]): string[] {
  const first = new Map<string, Fact>()
  return facts.flatMap((fact) => {
    if (fact.partitions === undefined) return []
    const { topic } = fact.from
    const other = first.get(topic)
    if (other === undefined) first.set(topic, fact)
    if (other === undefined || other.partitions === fact.partitions) return []
    return [
      `${other.name} declares ${String(other.partitions)} and ${fact.name} ${String(fact.partitions)} partitions for the topic "${topic}", which both are made of: declare the same number`,
    ]
  })
}

/** Subjects of two facts cannot be distinguished on one topic. */
function topics(facts: readonly Fact[]): string[] {
  const first = new Map<string, Fact>()
  return facts.flatMap((fact) => {
    const other = first.get(fact.to.name)
    if (other === undefined) {
      first.set(fact.to.name, fact)
      return []
    }
    return [
      `${other.name} and ${fact.name} write to one topic, "${fact.to.name}", where their rows cannot be distinguished: give each fact its own topic`,
    ]
  })
}
