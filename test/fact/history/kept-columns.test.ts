import * as column from '../../../src/table/columns'
import type { Columns } from '../../../src/table/shape/table-shape'
import { defineTable } from '../../../src/table/table'
import type { Fact } from '../../../src/fact/declare/define-fact'
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import { wildapp } from '../../../src/wildapp/gen/messages'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import type { StateBackend } from '../../../src/runtime/state/state-backend'
import { createLogger } from '../../../src/telemetry'
import { keptColumns } from '../../../src/observe/resync/kept-columns'
import { debeziumRecord } from '../../../src/testing/debezium'
import { SourceClock } from '../../../src/testing/source-clock'
import { changelogTopic } from '../../../src/topology/internal-topics'
import {
  APPLICATION,
  DOC,
  docTable,
  recordedChangelogs,
  rowText,
} from '../../support/recorded-state'
import { RecordedWorld } from '../../support/recorded-world'
import { temporaryFolder } from '../../support/temporary-folder'

/*
 * What a task remembers of a row is read by the names of its columns, whichever declaration has written it.
 */
type Row = Readonly<Record<string, unknown>>

const PLACEHOLDER = '__debezium_unavailable_value'
const to = factTopic('recorded.doc', wildapp.event.v1.Event)
const event = { timestamp: { seconds: 0n, nanos: 0 }, subscriber: null, patchOf: null }
const temporary = temporaryFolder()
const logger = createLogger({ level: 'silent', format: 'json' })

/** A fact with the whole row of a table that has these columns. */
function factOf(columns: Columns, key: Columns = { id: column.bigint() }): Fact {
  const from = defineTable({ topic: DOC, key, columns })
  return defineFact({
    name: 'doc',
    from,
    to,
    key: ({ id }) => ({ id: BigInt(id as number | bigint) }),
    map: ({ row }) => ({ ...event, type: '', payload: rowText(row) }),
  })
}

const TWO = { title: column.text(), body: column.text() }
const THREE = { ...TWO, size: column.integer().nullable() }

let world: RecordedWorld
let clock: SourceClock
beforeEach(() => {
  clock = new SourceClock()
})
afterEach(() => world.stop())

const change = (op: 'c' | 'u' | 'r' | 't', row: Row | null, at = clock.next()): void => {
  const transaction = op === 'r' ? null : at.transaction
  const key = row && { id: row['id'] }
  world.append(
    debeziumRecord({ topic: DOC, op, key, after: row, before: null, ...at, transaction }),
  )
}
const sent = (): readonly unknown[] =>
  world
    .read(world.facts[0]!)
    .map(([, payload]) => (payload === '' ? null : (JSON.parse(payload) as unknown)))

/** Stops the version that runs, and starts another one over what it has left. */
async function deploy(state: StateBackend, fact: Fact): Promise<void> {
  const { broker } = world
  await world.stop()
  world = new RecordedWorld(state, [fact], broker)
  await world.start()
}

async function begin(state: StateBackend, fact: Fact): Promise<void> {
  world = new RecordedWorld(state, [fact])
  await world.start()
}

const backends: [name: string, make: () => StateBackend][] = [
  ['in memory', () => new MemoryBackend()],
  ['on disk', () => new LmdbBackend(temporary.path, logger)],
]

describe.each(backends)('state %s', (_name, make) => {
  test('has a TOASTed value after a column was added, and after it was removed again', async () => {
    const state = make()
    await begin(state, factOf(TWO))
    change('c', { id: 1, title: 'a', body: 'long' })
    await world.settle()
    await deploy(state, factOf(THREE))
    change('u', { id: 1, title: 'b', body: PLACEHOLDER, size: 5 })
    await world.settle()
    await deploy(state, factOf(TWO))
    change('u', { id: 1, title: 'c', body: PLACEHOLDER, size: 6 })
    await world.settle()
    expect(sent()).toEqual([
      { id: '1', title: 'a', body: 'long' },
      { id: '1', title: 'b', body: 'long', size: 5 },
      { id: '1', title: 'c', body: 'long' },
    ])
  })
})

test('columns in another order, and one with a new name, keep their TOASTed values', async () => {
  const state = new MemoryBackend()
  await begin(state, factOf({ a: column.text(), b: column.text(), c: column.text() }))
  change('c', { id: 1, a: 'of a', b: 'of b', c: 'of c' })
  await world.settle()
  await deploy(
    state,
    factOf({ c: column.text(), renamed: column.text().renamedFrom('a'), b: column.text() }),
  )
  change('u', { id: 1, renamed: PLACEHOLDER, b: PLACEHOLDER, c: PLACEHOLDER })
  await world.settle()
  expect(sent().at(-1)).toEqual({ id: '1', c: 'of c', renamed: 'of a', b: 'of b' })
})

test('a value of a type that the column had before is read as the new type, or is unavailable', async () => {
  const state = new MemoryBackend()
  const before = { n: column.integer(), u: column.uuid(), j: column.jsonb(), t: column.text() }
  await begin(state, factOf(before))
  const uuid = '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111'
  change('r', { id: 1, n: 5, u: uuid, j: '{"a": 1}', t: 'x' })
  await world.settle()
  const after = { n: column.bigint(), u: column.text(), j: column.text(), t: column.textArray() }
  await deploy(state, factOf(after))
  change('u', { id: 1, n: 5, u: PLACEHOLDER, j: PLACEHOLDER, t: [PLACEHOLDER] })
  await world.settle()
  expect(sent().at(-1)).toEqual({ id: '1', n: '5', u: uuid, j: null, t: null })
  change('r', { id: 1, n: 5, u: uuid, j: null, t: null })
})

test('a snapshot after a column was added makes facts of the rows where it has a value, and of no others', async () => {
  const state = new MemoryBackend()
  await begin(state, factOf(TWO))
  change('c', { id: 1, title: 'a', body: 'x' })
  change('c', { id: 2, title: 'b', body: 'x' })
  await world.settle()
  await deploy(state, factOf({ ...THREE, note: column.text().default('none') }))
  change('r', { id: 1, title: 'a', body: 'x', size: null, note: 'none' })
  change('r', { id: 2, title: 'b', body: 'x', size: 5, note: 'none' })
  await world.settle()
  expect(sent().slice(2)).toEqual([{ id: '2', title: 'b', body: 'x', size: 5, note: 'none' }])
})

test('a change that is delivered again under another declaration is the same change', async () => {
  const state = new MemoryBackend()
  await begin(state, factOf(TWO))
  const at = clock.next()
  change('c', { id: 1, title: 'a', body: 'x', size: 5 }, at)
  await world.settle()
  await deploy(state, factOf(THREE))
  change('c', { id: 1, title: 'a', body: 'x', size: 5 }, at)
  await world.settle()
  await deploy(state, factOf({ title: column.text() }))
  change('c', { id: 1, title: 'a', body: 'x', size: 5 }, at)
  await world.settle()
  expect(sent()).toHaveLength(1)
})

test('a TRUNCATE removes rows whose key had another type', async () => {
  const state = new MemoryBackend()
  await begin(state, factOf(TWO, { id: column.integer() }))
  change('c', { id: 1, title: 'a', body: 'x' })
  await world.settle()
  const fact = factOf({ body: column.text() })
  await deploy(state, { ...fact, key: (key) => ({ id: (key as { readonly id: bigint }).id + 0n }) })
  change('t', null)
  await world.settle()
  expect(sent().at(-1)).toBeNull()
})

test('the names outlive a lost disk and a compacted changelog', async () => {
  await begin(new MemoryBackend(), factOf(TWO))
  change('c', { id: 1, title: 'a', body: 'long' })
  await world.settle()
  await world.stop()
  await deploy(new MemoryBackend(), factOf(THREE))
  change('c', { id: 2, title: 'a', body: 'of two', size: 1 })
  await world.settle()
  world.broker.compact(changelogTopic(APPLICATION, 'doc.rows'))
  await deploy(new MemoryBackend(), factOf({ body: column.text() }))
  change('u', { id: 1, body: PLACEHOLDER })
  change('u', { id: 2, body: PLACEHOLDER })
  await world.settle()
  expect(sent().slice(2)).toEqual([
    { id: '1', body: 'long' },
    { id: '2', body: 'of two' },
  ])
})

test('the columns of the declaration that ran last can be asked for', async () => {
  const changelog = changelogTopic(APPLICATION, 'doc.rows')
  await begin(new MemoryBackend(), factOf(THREE))
  const log = new MemoryLog(world.broker)
  expect(await keptColumns(log, changelog)).toBeUndefined()
  change('c', { id: 1, title: 'a', body: 'long', size: 1 })
  await world.settle()
  await deploy(new MemoryBackend(), factOf(TWO))
  change('c', { id: 2, title: 'a', body: 'long' })
  await world.settle()
  expect(await keptColumns(log, changelog)).toEqual([
    { name: 'id', kind: 'bigint' },
    { name: 'title', kind: 'text' },
    { name: 'body', kind: 'text' },
  ])
})

test('a first row that becomes a dead letter takes the names with it, and the next one brings them', async () => {
  const state = new MemoryBackend()
  const fact = factOf(TWO)
  const failing = {
    ...fact,
    map: (input: Row) => {
      if ((input['row'] as Row)['title'] === 'bad') throw new Error('a bug')
      return fact.map(input)
    },
  }
  await begin(state, failing)
  change('c', { id: 1, title: 'bad', body: 'x' })
  change('c', { id: 2, title: 'good', body: 'long' })
  await world.settle()
  await deploy(state, factOf(THREE))
  change('u', { id: 2, title: 'good', body: PLACEHOLDER, size: 1 })
  await world.settle()
  expect(sent().at(-1)).toMatchObject({ body: 'long' })
})

test.each(['1', '2'])(
  'state of version %s, which had no names, is read when columns were added since',
  async (version) => {
    const { columns } = docTable.shape
    const declared = Object.fromEntries(
      columns.filter(({ isKey }) => !isKey).map(({ name, column: one }) => [name, one]),
    )
    const { title, ...others } = declared
    const added = { first: column.text().nullable(), second: column.integer().nullable() }
    const fact = factOf({ title: title!, first: added.first, ...others, second: added.second })
    world = new RecordedWorld(new MemoryBackend(), [fact])
    world.restoreChangelogs(
      recordedChangelogs(version).filter(({ topic }) => !topic.includes('pair')),
    )
    await world.start()
    for (let count = 0; count < 20; count += 1) clock.next()
    const empty = Object.fromEntries(Object.keys(others).map((name) => [name, null]))
    const row = { ...empty, id: 1, title: 'b', first: null, second: 7, body: PLACEHOLDER }
    change('u', row)
    await world.settle()
    expect(sent().at(-1)).toMatchObject({ title: 'b', body: 'a long text', second: 7 })
  },
)
