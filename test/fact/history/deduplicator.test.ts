import * as column from '../../../src/table/columns'
import { TableShape } from '../../../src/table/shape/table-shape'
import { Deduplicator } from '../../../src/fact/history/deduplicator'
import type { RowChange } from '../../../src/fact/history/row-change'
import { RowStates } from '../../../src/fact/history/row-state'
import { ToastHealer } from '../../../src/fact/history/toast-healer'
import type { ProcessorContext } from '../../../src/topology/processor'

const KEY = { id: 1n }
const SUBJECT = '1'
const healer = new ToastHealer({})

let store: Map<string, Buffer>
let drops: string[]
beforeEach(() => {
  store = new Map()
  drops = []
})

const columns = (id: string, ...others: string[]): TableShape['columns'] => {
  const named = Object.fromEntries(others.map((name) => [name, column.text()]))
  return new TableShape('t', { [id]: column.bigint() }, named, false).columns
}

const context: ProcessorContext = {
  forward: () => undefined,
  broadcast: () => undefined,
  inSteps: () => undefined,
  note: () => undefined,
  drop: (reason) => void drops.push(reason),
}

const change = (
  operation: 'create' | 'delete',
  lsn: bigint,
  after: Readonly<Record<string, unknown>> | null,
): RowChange =>
  ({
    operation,
    key: KEY,
    before: null,
    after,
    unavailable: [],
    unknownColumns: [],
    missingColumns: [],
    position: {
      connector: 'monolith',
      database: 'd',
      schema: 'public',
      table: 't',
      snapshot: false,
      lsn,
      transactionId: 1n,
      transactionOrder: 1n,
      committedAt: lsn,
    },
  }) as RowChange

test('the delete of a removed row makes no second fact, with any columns that it was stored with', () => {
  const before = new RowStates(store, columns('id', 'title'), 1)
  const inserted = change('create', 10n, { id: 1n, title: 'a' })
  expect(new Deduplicator(before, healer).accept(SUBJECT, inserted, 0n, context)).toBeDefined()
  before.remove(SUBJECT, before.get(SUBJECT)!, 11n)
  const after = new RowStates(store, columns('id', 'title', 'notes'), 1)
  const deleted = change('delete', 20n, null)
  expect(new Deduplicator(after, healer).accept(SUBJECT, deleted, 1n, context)).toBeUndefined()
  expect(drops).toEqual(['deleted_already'])
})
