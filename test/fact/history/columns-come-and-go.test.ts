import * as column from '../../../src/table/columns'
import type { Table } from '../../../src/table/table'
import { defineTable } from '../../../src/table/table'
import type { Fact } from '../../../src/fact/declare/define-fact'
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import { lookup } from '../../../src/fact/declare/lookup'
import { wildapp } from '../../../src/wildapp/gen/messages'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { DeadLetterQueue } from '../../../src/runtime/dead-letters/dead-letter-queue'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import type { DebeziumChange } from '../../../src/testing/debezium'
import { debeziumRecord } from '../../../src/testing/debezium'
import { SourceClock } from '../../../src/testing/source-clock'
import { APPLICATION, DOC, rowText } from '../../support/recorded-state'
import { RecordedWorld } from '../../support/recorded-world'

/*
 * A new version of a declaration over records that are older than it, and over a table that has lost a column.
 */
type Columns = Readonly<Record<string, unknown>>

const CUSTOMERS = 'monolith.public.customers'
const to = factTopic('recorded.doc', wildapp.event.v1.Event)
const event = { timestamp: { seconds: 0n, nanos: 0 }, subscriber: null, patchOf: null }
const key = { id: column.bigint() }

const withoutSize = defineTable({ topic: DOC, key, columns: { title: column.text() } })
const withSize = defineTable({
  topic: DOC,
  key,
  columns: {
    title: column.text(),
    size: column.integer().nullable(),
    note: column.text().default('none'),
  },
})

/** A fact with a whole row that fails for the title `bad` unless that bug is fixed. */
function factOf<Row extends { readonly title: string | null }>(
  from: Table<{ readonly id: bigint }, Row>,
  isFixed = true,
): Fact {
  return defineFact({
    name: 'doc',
    from,
    to,
    key: ({ id }) => ({ id }),
    map: ({ row }) => {
      if (row.title === 'bad' && !isFixed) throw new Error('a bug')
      return { ...event, type: row.title ?? '', payload: rowText(row) }
    },
  })
}

let world: RecordedWorld
let clock: SourceClock
beforeEach(() => {
  clock = new SourceClock()
})
afterEach(() => world.stop())

type Position = Pick<DebeziumChange, 'lsn' | 'committedAt' | 'transaction'>

function record(topic: string, op: 'c' | 'u' | 'r', row: Columns, at: Position = clock.next()) {
  const transaction = op === 'r' ? null : at.transaction
  const images = { key: { id: row['id'] }, after: row, before: null }
  return debeziumRecord({ topic, op, ...images, ...at, transaction })
}
const change = (op: 'c' | 'u' | 'r', row: Columns, at?: Position): void =>
  world.append(record(DOC, op, row, at))
const rows = (fact: Fact): unknown[] =>
  world.read(fact).map(([, payload]) => JSON.parse(payload) as unknown)

test('a new version processes what was written before the column was added, and what came afterwards', async () => {
  const fact = factOf(withSize)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  change('c', { id: 1, title: 'old' })
  change('c', { id: 2, title: 'new', size: 5, note: 'x' })
  await world.start()
  await world.settle()
  expect(rows(fact)).toEqual([
    { id: '1', title: 'old', size: null, note: 'none' },
    { id: '2', title: 'new', size: 5, note: 'x' },
  ])
})

test('a dead letter from before the column was added is replayed under the new version', async () => {
  const before = factOf(withoutSize, false)
  const state = new MemoryBackend()
  world = new RecordedWorld(state, [before])
  await world.start()
  change('c', { id: 1, title: 'bad' })
  await world.settle()
  await world.stop()
  const fact = factOf(withSize)
  world = new RecordedWorld(state, [fact], world.broker)
  await world.start()
  change('c', { id: 2, title: 'new', size: 5, note: 'x' })
  await world.settle()
  const { broker, topology } = world
  const queue = new DeadLetterQueue({
    topology,
    applicationId: APPLICATION,
    log: new MemoryLog(broker),
  })
  const [waiting] = await queue.waiting()
  await queue.replay(waiting!)
  await world.waitFor('the replay', () => queue.outcome(waiting!))
  expect(rows(fact)).toContainEqual({ id: '1', title: 'bad', size: null, note: 'none' })
})

test('a column that was dropped stops the pipeline, also after a restart and though it may be null', async () => {
  const fact = factOf(withSize)
  const state = new MemoryBackend()
  world = new RecordedWorld(state, [fact])
  await world.start()
  change('c', { id: 1, title: 'a', size: 5, note: 'x' })
  await world.settle()
  await world.stop()
  world = new RecordedWorld(state, [fact], world.broker)
  await world.start()
  change('u', { id: 1, title: 'b', note: 'x' })
  await expect(world.settle()).rejects.toMatchObject({
    code: 'COLUMN_MISSING',
    message: expect.stringContaining(
      'Column size of the definition of monolith.public.doc',
    ) as string,
  })
  expect(rows(fact)).toHaveLength(1)
})

test('what the message advises helps: the column is removed from the definition', async () => {
  const state = new MemoryBackend()
  world = new RecordedWorld(state, [factOf(withSize)])
  await world.start()
  change('c', { id: 1, title: 'a', size: 5, note: 'x' })
  change('u', { id: 1, title: 'b' })
  await expect(world.settle()).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
  await world.stop()
  const fact = factOf(withoutSize)
  world = new RecordedWorld(state, [fact], world.broker)
  await world.start()
  await world.settle()
  expect(rows(fact).at(-1)).toEqual({ id: '1', title: 'b' })
})

test('and: the new name of a renamed column is declared with the old one', async () => {
  const renamed = defineTable({
    topic: DOC,
    key,
    columns: { title: column.text(), length: column.integer().nullable().renamedFrom('size') },
  })
  const fact = factOf(renamed)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  await world.start()
  change('c', { id: 1, title: 'a', size: 5 })
  change('u', { id: 1, title: 'a', length: 6 })
  await world.settle()
  expect(rows(fact)).toEqual([
    { id: '1', title: 'a', length: 5 },
    { id: '1', title: 'a', length: 6 },
  ])
})

test('records that Connect repeats from before the column was added are no dropped column', async () => {
  const fact = factOf(withSize)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  await world.start()
  const old = record(DOC, 'c', { id: 1, title: 'old' })
  world.append(old)
  change('c', { id: 2, title: 'new', size: 5, note: 'x' })
  world.append(old)
  await world.settle()
  expect(rows(fact)).toHaveLength(2)
})

test('a dead letter that had the column leaves no trace in the history', async () => {
  const fact = factOf(withSize, false)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  const [early, late] = [clock.next(), clock.next()]
  // A dead letter is given up whole, so it tells nothing of the columns that it had.
  change('c', { id: 1, title: 'bad', size: 5, note: 'x' }, early)
  change('c', { id: 2, title: 'a' }, late)
  change('c', { id: 3, title: 'b', size: 5, note: 'x' })
  await world.start()
  await world.settle()
  expect(rows(fact)).toHaveLength(2)
  change('u', { id: 3, title: 'c' })
  await expect(world.settle()).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
})

test('a generated column, which snapshots read and streamed changes lack, is named and not read as null', async () => {
  world = new RecordedWorld(new MemoryBackend(), [factOf(withSize)])
  await world.start()
  change('r', { id: 1, title: 'a', size: 5, note: 'x' })
  change('u', { id: 1, title: 'b', note: 'x' })
  await expect(world.settle()).rejects.toMatchObject({
    code: 'COLUMN_MISSING',
    message: expect.stringContaining('publish_generated_columns = stored') as string,
  })
})

test('changes of transactions that ended before a snapshot read the new column are older than it', async () => {
  const fact = factOf(withSize)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  await world.start()
  const before = clock.next()
  const snapshot = clock.next()
  // The snapshot's LSN is that of the stream, which is late; its time is that of the reading.
  change('r', { id: 1, title: 'a', size: 5, note: 'x' }, { ...snapshot, lsn: before.lsn - 4n })
  change('u', { id: 2, title: 'b' }, before)
  await world.settle()
  expect(rows(fact)).toHaveLength(2)
})

test('LSNs that begin again after a restore make no dropped column of older records', async () => {
  const fact = factOf(withSize)
  world = new RecordedWorld(new MemoryBackend(), [fact])
  await world.start()
  const old = clock.next()
  const restored = { ...clock.next(), lsn: old.lsn - 500n }
  change('c', { id: 2, title: 'new', size: 5, note: 'x' }, restored)
  change('c', { id: 1, title: 'old' }, old)
  await world.settle()
  expect(rows(fact)).toHaveLength(2)
})

describe('a looked-up table', () => {
  const docs = defineTable({
    topic: DOC,
    key,
    columns: { title: column.text(), customer: column.bigint().nullable() },
  })
  const customers = defineTable({
    topic: CUSTOMERS,
    key,
    columns: {
      name: column.text(),
      email: column.text().nullable(),
      grade: column.text().default('none'),
    },
  })
  const fact = defineFact({
    name: 'doc',
    from: docs,
    to,
    join: { customer: lookup(customers, 'customer') },
    key: ({ id }) => ({ id }),
    map: ({ row, customer }) => ({
      ...event,
      type: row.title ?? '',
      payload: `${customer?.name ?? ''} ${customer?.email ?? 'nothing'} ${customer?.grade ?? ''}`,
    }),
  })

  beforeEach(() => {
    world = new RecordedWorld(new MemoryBackend(), [fact])
  })

  test('to which columns were added is read, its older rows with null or the default', async () => {
    world.append(record(CUSTOMERS, 'c', { id: 7, name: 'Seven' }))
    world.append(record(CUSTOMERS, 'c', { id: 8, name: 'Eight', email: '8@x', grade: 'a' }))
    change('c', { id: 1, title: 'a', customer: 7 })
    change('c', { id: 2, title: 'b', customer: 8 })
    await world.start()
    await world.settle()
    expect(world.read(fact)).toEqual([
      ['a', 'Seven nothing none'],
      ['b', 'Eight 8@x a'],
    ])
  })

  test.each(['first', 'last'])(
    'that has lost a column stops the start, whichever row is read %s',
    async (which) => {
      const had = record(CUSTOMERS, 'c', { id: 7, name: 'Seven', email: '7@x', grade: 'a' })
      const lacks = record(CUSTOMERS, 'c', { id: 8, name: 'Eight', grade: 'a' })
      world.append(...(which === 'first' ? [lacks, had] : [had, lacks]))
      await expect(world.start()).rejects.toMatchObject({
        code: 'TABLE_ROW_INVALID',
        message: expect.stringContaining('Column email of the definition') as string,
      })
    },
  )
})
