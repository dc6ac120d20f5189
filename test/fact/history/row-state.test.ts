import * as column from '../../../src/table/columns'
import { TableShape } from '../../../src/table/shape/table-shape'
import { RowStates } from '../../../src/fact/history/row-state'

/** Recorded of version 1 of the format: a streamed row, one of a snapshot, one of both, and one that was deleted. */
const RECORDED = {
  streamed: 'AQEAAAAAAAAD6AAAAAAAAAACAAAAAAAAAAAABkde9ldPNQAAAAEddEz4BQEAAAAAAAAABwhzdHJlYW1lZA==',
  snapshot:
    'AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA4QABkde9ldPNQAAAAEddEz4BQIAAAAAAAAABw1ieSBhIHNuYXBzaG90',
  both: 'AQEAAAAAAAADegAAAAAAAAABAAAAAAAAA4QABkde9ldPOgAAAAEddEz4BQMAAAAAAAAABwl1bmRlciB3YXk=',
  deleted: 'AQAAAAAAAAAETAAAAAAAAAABAAAAAAAAAAAABkde9ldPPgAAAAEddEz4',
}
const TIME = 1_767_323_045_678_901n

const columns = { title: column.text() }
const shape = new TableShape('t', { id: column.bigint() }, columns, false)

let store: Map<string, Buffer>
let rows: RowStates
beforeEach(() => {
  const recorded = Object.entries(RECORDED)
  store = new Map(recorded.map(([key, text]) => [key, Buffer.from(text, 'base64')]))
  rows = new RowStates(store, shape.columns, 1)
})

test('rows of version 1 have their positions, and revisions that are not below those of their facts', () => {
  expect(rows.get('streamed')).toMatchObject({
    isLive: true,
    epoch: 1,
    lsn: 1_000n,
    order: 2n,
    committedAt: TIME,
    snapshotLsn: 0n,
    snapshotAt: 0n,
    revision: 1_000n,
  })
  expect(rows.get('snapshot')).toMatchObject({
    isLive: true,
    lsn: 0n,
    committedAt: 0n,
    snapshotLsn: 900n,
    snapshotAt: TIME,
    revision: 900n,
  })
  expect(rows.get('both')).toMatchObject({ lsn: 890n, snapshotLsn: 900n, revision: 900n })
  expect(rows.get('deleted')).toMatchObject({ isLive: false, lsn: 1_100n, revision: 1_101n })
  expect(rows.rowOf(rows.get('both')!)).toEqual({ id: 3n, title: 'under way' })
})

test('a row that version 1 had emptied by a TRUNCATE has its revision', () => {
  const mark = Buffer.alloc(8)
  mark.writeBigUInt64BE(5_000n)
  store.set('\u0000truncated', mark)
  expect(rows.get('deleted')?.revision).toBe(5_000n)
  expect(rows.truncated).toEqual({ epoch: 1, lsn: 5_000n, committedAt: undefined })
})

test('what is known of another history is forgotten with the first change of the next, but the revision', () => {
  const known = rows.get('both')
  const position = { lsn: 10n, transactionOrder: 1n, committedAt: TIME + 9n }
  const change = { operation: 'update', position, epoch: 2, revision: 901n } as const
  rows.put('both', rows.encode(change, { id: 3n, title: 'new' }, known))
  expect(rows.get('both')).toMatchObject({
    epoch: 2,
    lsn: 10n,
    order: 1n,
    committedAt: TIME + 9n,
    snapshotLsn: 0n,
    snapshotAt: 0n,
    revision: 901n,
  })
})
