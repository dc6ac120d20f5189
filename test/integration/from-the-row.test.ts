import type { Client } from 'pg'
import { facts as generated } from '../../src/gen/messages'
import type { LogRecord } from '../../src/topology/record'
import { decodedPrimary } from '../support/decoded-primary'
import { CHANGES, FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

/*
 * Exactly once from the row in PostgreSQL on, with any process between it and the fact killed.
 */
const ROWS = 3_000
const { Kind } = generated.v1

let line: RunningLine

jest.setTimeout(300_000)
beforeAll(async () => {
  // Offsets are recorded seldom, so that changes that a killed worker has sent since are redelivered.
  line = await RunningLine.start({ settings: { connect: { 'offset.flush.interval.ms': '8000' } } })
}, 180_000)
afterEach(() => line.endPipelines())
afterAll(() => line.stop(), 30_000)

const sql = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(line.config.database.url, work)
const run = (statement: string): Promise<number> =>
  sql(async (client) => (await client.query(statement)).rowCount ?? 0)

const facts = (): Promise<readonly LogRecord[]> => line.read(FACTS)

const factsAfter = (count: number): Promise<readonly LogRecord[]> =>
  waitFor(
    `${count} facts`,
    async () => {
      const found = await facts()
      return found.length >= count && found
    },
    120_000,
  )

/** Ids of the rows that are there, in their order. */
const rowIds = (): Promise<readonly string[]> =>
  sql(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id::text FROM wildapp_primary ORDER BY id',
    )
    return rows.map(({ id }) => id)
  })

/** Id of the first row, made when there is none. */
async function anyRow(): Promise<string> {
  const [id] = await rowIds()
  if (id !== undefined) return id
  await line.seed(1)
  return (await rowIds())[0] ?? ''
}

test('changes that Connect delivers again after kill -9 make no second fact', async () => {
  const pipeline = line.pipeline()
  await line.seed(ROWS)
  await factsAfter(ROWS)
  let changes = ROWS
  for (let round = 1; round <= 3; round += 1) {
    await line.offsetRecorded()
    const captured = await line.end(CHANGES)
    changes += await run('UPDATE wildapp_primary SET quantity = quantity + 1')
    await waitFor('half of it captured', async () => {
      return (await line.end(CHANGES)) >= captured + BigInt(ROWS / 2)
    })
    await line.stack.kill('connect')
    await line.stack.startAgain('connect')
    await factsAfter(changes)
  }
  const found = await factsAfter(changes)
  await line.committed()
  expect(found).toHaveLength(changes)
  expect(new Set(found.map(({ headers }) => String(headers['ce_id']))).size).toBe(changes)
  expect(await pipeline.counted('facts_drops_total', 'reason="duplicate"')).toBeGreaterThan(0)
  const decoded = await pipeline.counted('facts_decoded_total')
  const fast = await pipeline.counted('facts_decoded_total', 'lane="fast"')
  expect(decoded).toBeGreaterThanOrEqual(changes)
  expect(fast / decoded).toBeGreaterThan(0.99)
})

test('the audit finds every source transaction whole, and one that is not', async () => {
  const whole = await line.facts('audit', '--once')
  expect(whole).toMatchObject({ code: 0, output: expect.stringContaining('arrived completely') })
  const boundary = (status: string, count: number): string =>
    JSON.stringify({
      status,
      id: '4000000000:1',
      event_count: count,
      data_collections: [{ data_collection: 'public.wildapp_primary', event_count: count }],
    })
  const producer = await line.log.producer('test-boundaries')
  const transaction = await producer.begin()
  for (const value of [boundary('BEGIN', 0), boundary('END', 2)]) {
    const record = { topic: 'monolith.transaction', partition: 0, key: null, timestamp: 1n }
    await transaction.send([{ ...record, value: Buffer.from(value), headers: {} }])
  }
  await transaction.commit()
  await producer.close()
  const torn = await line.facts('audit', '--once')
  expect(torn).toMatchObject({
    code: 1,
    output: expect.stringContaining('Transaction 4000000000 changed 2 rows'),
  })
})

test('a bad change holds up its row until it is dropped, and then the row continues in order', async () => {
  line.pipeline()
  const before = (await facts()).length
  const id = await anyRow()
  // A time that protobuf cannot say.
  await run(`UPDATE wildapp_primary SET created_at = 'infinity' WHERE id = ${id}`)
  await run(`UPDATE wildapp_primary SET created_at = now(), title = 'fixed' WHERE id = ${id}`)
  await run(`UPDATE wildapp_primary SET title = 'later' WHERE id = ${id}`)
  const listed = await waitFor('the key to wait with three changes', async () => {
    const { output } = await line.facts('dead-letters', 'list')
    return output.includes('3 changes parked') && output
  })
  expect(listed).toContain('MAP_FAILED')
  expect((await facts()).length).toBe(before)

  const key = `{"id":${id}}`
  const shown = await line.facts('dead-letters', 'show', '--key', key)
  const offset = /@(\d+) {2}MAP_FAILED/.exec(shown.output)?.[1] ?? ''
  const again = await line.facts('dead-letters', 'replay', '--key', key)
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('still parked') })
  const dropped = await line.facts('dead-letters', 'drop', '--key', key, '--offset', offset)
  expect(dropped).toMatchObject({ code: 0, output: expect.stringContaining('resumed') })
  const found = await factsAfter(before + 2)
  const titles = found.filter(({ key: subject }) => String(subject) === id).map(decodedPrimary)
  expect(titles.slice(-2).map(({ title }) => title)).toEqual(['fixed', 'later'])
})

test('TRUNCATE makes one removed fact of each live row', async () => {
  line.pipeline()
  const before = (await facts()).length
  const live = await rowIds()
  await run('TRUNCATE wildapp_primary')
  await factsAfter(before + live.length)
  await line.committed()
  const removed = (await facts()).map(decodedPrimary).filter(({ header }) => {
    return header?.kind === Kind.KIND_DELETED
  })
  expect(removed.map(({ id }) => String(id)).sort()).toEqual([...live].sort())
})

test('a changed primary key makes a deleted and a created fact that name each other', async () => {
  line.pipeline()
  const from = await anyRow()
  const to = '9000000000000000001'
  await run(`UPDATE wildapp_primary SET id = ${to} WHERE id = ${from}`)
  const moved = await waitFor('both facts', async () => {
    const headers = (await facts()).map((fact) => decodedPrimary(fact).header)
    const found = headers.filter((header) => header?.movedFrom !== '' || header.movedTo !== '')
    return found.length >= 2 && found
  })
  expect(moved).toHaveLength(2)
  expect(moved).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ subject: from, kind: Kind.KIND_DELETED, movedTo: to }),
      expect.objectContaining({ subject: to, kind: Kind.KIND_CREATED, movedFrom: from }),
    ]),
  )
})

test('a column that is added while changes flow holds nothing up, and a new enum value is no silent blank', async () => {
  const pipeline = line.pipeline()
  const id = await anyRow()
  await run(`ALTER TABLE wildapp_primary ADD COLUMN extra text NOT NULL DEFAULT 'x'`)
  await run(`UPDATE wildapp_primary SET title = 'with a new column' WHERE id = ${id}`)
  await waitFor('the fact', async () =>
    (await facts()).some((fact) => decodedPrimary(fact).title === 'with a new column'),
  )
  expect(await pipeline.counted('facts_notes_total', 'undeclared_columns')).toBeGreaterThan(0)
  const before = (await facts()).length
  await run(`ALTER TYPE wildapp_status ADD VALUE 'paused'`)
  await run(`UPDATE wildapp_primary SET status = 'paused' WHERE id = ${id}`)
  const listed = await waitFor('the key to wait', async () => {
    const { output } = await line.facts('dead-letters', 'list')
    return output.includes('1 change parked') && output
  })
  expect(listed).toContain('COLUMN_INVALID')
  expect((await facts()).length).toBe(before)
})
