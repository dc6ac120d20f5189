import type { GlobalTable } from '../../topology/topology'
import type { AnyTable } from '../declare/lookup'
import { LookupTable } from './lookup-table'

/** The global table of lookups, named after its topic. */
export function globalTable(table: AnyTable, lastEpoch: number): GlobalTable {
  return { name: table.topic, topic: table.topic, open: () => new LookupTable(table, lastEpoch) }
}
