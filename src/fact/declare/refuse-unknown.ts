import { FactsError } from '../../errors'
import { didYouMean } from '../../nearest-name'
import type { AnyTable, LookupMap } from './lookup'

/** Throws TOPOLOGY_INVALID for a column that a table does not have, as the compiler does where it is asked. */
export function refuseUnknown(
  fact: string,
  {
    from,
    join,
    toast,
  }: { readonly from: AnyTable; readonly join: LookupMap; readonly toast: object },
): void {
  const faults = [
    ...Object.keys(toast).flatMap((column) => unknown(from, column, 'of "toast"')),
    ...unknownLookups(from, join),
  ]
  if (faults.length === 0) return
  throw new FactsError('TOPOLOGY_INVALID', `The fact ${fact} is not valid: ${faults.join(' ')}`)
}

const unknownLookups = (from: AnyTable, join: LookupMap): string[] =>
  Object.entries(join).flatMap(([name, { column, table, join: further }]) => [
    ...unknown(from, column, `by which "${name}" is looked up`),
    ...unknownLookups(table, further),
  ])

function unknown({ topic, columns }: AnyTable, column: string, what: string): string[] {
  if (columns.includes(column)) return []
  const hint = didYouMean(column, columns)
  return [`Column "${column}", ${what}, does not exist in ${topic}.${hint}`]
}
