import type { Fact } from './define-fact'
import type { AnyTable, LookupMap } from './lookup'

/** Every table that the facts are made of or enriched from, once. */
export function tablesOf(facts: readonly Fact[]): readonly AnyTable[] {
  return [...new Set(facts.flatMap(({ from, join }) => [from, ...lookedUp(join)]))]
}

/** Every table that is looked up, also by the lookups of lookups. */
export function lookedUp(join: LookupMap): AnyTable[] {
  return Object.values(join).flatMap((lookup) => [lookup.table, ...lookedUp(lookup.join)])
}
