import type { Client } from 'pg'
import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { onDatabase, withClient } from '../support/with-client'
import { NOTHING } from './checker'
import { compareWithHistory } from './fact-account'
import { installHistory } from './history'
import { CHANGE, CHANGE_MANY, largeText } from './writers'

/*
 * What the source may do to a row and to its table, and what may be unavailable during it: afterwards the facts are the changes
 * that were committed, each once, in the order of their row.
 */
const ROWS = 3_000

let line: RunningLine
let pipeline: PipelineProcess

jest.setTimeout(300_000)
beforeAll(async () => {
  // Offsets are recorded seldom, so that changes that a killed worker has sent since are redelivered.
  line = await RunningLine.start({ settings: { connect: { 'offset.flush.interval.ms': '8000' } } })
  await sql(installHistory)
  pipeline = line.pipeline()
  await pipeline.ready()
  await changeAll()
}, 180_000)
afterAll(() => line.stop(), 60_000)

const sql = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(line.config.database.url, work)
const run = (statement: string): Promise<unknown> => sql((client) => client.query(statement))
/** Rows that a COPY inserts; later ids begin after them. */
const COPIED = 4_000
const COPIED_AFTER = 10_000
/** Read by the server itself, as a superuser may. */
const COPY = `
COPY wildapp_primary (id, title, status, serial_number, amount, quantity, verified, external_id, attributes, labels)
FROM PROGRAM $$seq ${COPIED_AFTER + 1} ${COPIED_AFTER + COPIED} | awk '{
  printf "%d\\trow\\tactive\\t%d\\t1.5\\t1\\ttrue\\t00000000-0000-4000-8000-%012d\\t{}\\t{}\\n", $1, $1, $1
}'$$`

/** All rows, in one statement. */
const changeAll = (): Promise<unknown> => sql((client) => client.query(CHANGE_MANY, [1, 1, ROWS]))
const change = (client: Client, id: number, notes: string | null = null): Promise<unknown> =>
  client.query(CHANGE, [id, notes])

async function untilCaptured(work: () => Promise<unknown>, changes: number): Promise<void> {
  const before = await line.end(CHANGES)
  await work()
  await waitFor(
    `${changes} changes captured`,
    async () => (await line.end(CHANGES)) >= before + BigInt(changes),
    120_000,
  )
}

test('one statement that changes many rows, with Connect killed inside: its changes share a position, and none is taken for another', async () => {
  await line.offsetRecorded()
  const duplicates = await pipeline.counted('facts_drops_total', 'reason="duplicate"')
  await untilCaptured(changeAll, ROWS / 3)
  await line.stack.kill('connect')
  await line.stack.startAgain('connect')
  expect(await compareWithHistory(line)).toEqual(NOTHING)
  expect(await pipeline.counted('facts_drops_total', 'reason="duplicate"')).toBeGreaterThan(
    duplicates,
  )
})

test('a COPY with Connect killed inside: rows that share a position each have their fact', async () => {
  await line.offsetRecorded()
  const { url } = line.config.database
  const superuser = onDatabase(new URL(url).pathname.slice(1), line.stack.superuserUrl ?? url)
  const copy = (): Promise<unknown> => withClient(superuser, (client) => client.query(COPY))
  await untilCaptured(copy, COPIED / 4)
  await line.stack.kill('connect')
  await line.stack.startAgain('connect')
  expect(await compareWithHistory(line)).toEqual(NOTHING)
  expect(await sharedPositions()).toBeGreaterThan(COPIED / 2)
})

test('a long transaction among short ones: positions go back, and no change is taken for an old one', async () => {
  await sql(async (long) => {
    await long.query('BEGIN')
    for (let id = 1; id <= 50; id += 1) await change(long, id)
    await sql(async (short) => {
      for (let id = 51; id <= 250; id += 1) await change(short, id)
    })
    await long.query('COMMIT')
  })
  expect(await compareWithHistory(line)).toEqual(NOTHING)
  expect(await positionsThatWentBack()).toBeGreaterThan(0)
})

test('a row that is deleted and inserted again and again has a fact for each step', async () => {
  await sql(async (client) => {
    for (let round = 0; round < 200; round += 1) {
      await client.query('DELETE FROM wildapp_primary WHERE id = 7')
      await change(client, 7, round % 2 === 0 ? largeText() : null)
    }
  })
  expect(await compareWithHistory(line)).toEqual(NOTHING)
})

test('a replica identity that is changed under way makes no difference to the facts', async () => {
  await sql(async (client) => {
    await change(client, 9, largeText())
    for (const identity of ['FULL', 'DEFAULT', 'FULL', 'DEFAULT']) {
      await client.query(`ALTER TABLE wildapp_primary REPLICA IDENTITY ${identity}`)
      await change(client, 9)
      await change(client, 9, largeText())
      await change(client, 9)
      await client.query('DELETE FROM wildapp_primary WHERE id = 10')
      await change(client, 10)
    }
  })
  expect(await compareWithHistory(line)).toEqual(NOTHING)
})

test('a table that is changed while no connector captures it is captured as it was at each change', async () => {
  await line.offsetRecorded()
  await line.stack.kill('connect')
  await changeAll()
  await run(`ALTER TABLE wildapp_primary ADD COLUMN added_plain text`)
  await run(`ALTER TABLE wildapp_primary ADD COLUMN added_full text NOT NULL DEFAULT 'x'`)
  await changeAll()
  await run(`ALTER TABLE wildapp_primary RENAME COLUMN added_plain TO renamed`)
  await run(`ALTER TABLE wildapp_primary ALTER COLUMN title TYPE text`)
  await changeAll()
  await run(`ALTER TABLE wildapp_primary DROP COLUMN renamed, DROP COLUMN added_full`)
  await changeAll()
  await line.stack.startAgain('connect')
  expect(await compareWithHistory(line)).toEqual(NOTHING)
  expect(await line.read('wildapp.dead-letters')).toEqual([])
})

describe('a registry that is away', () => {
  beforeEach(() => line.stack.kill('registry'))
  afterEach(() => line.stack.startAgain('registry'))

  test('does not hold up a pipeline that runs', async () => {
    await changeAll()
    expect(await compareWithHistory(line)).toEqual(NOTHING)
  })

  test('ends a pipeline that starts, which says so and takes part in nothing', async () => {
    const started = line.pipeline()
    expect(await started.exit()).toBe(1)
    expect(started.log).toContain('REGISTRY_UNAVAILABLE')
    expect(started.log).not.toContain('Partitions assigned')
    expect(await line.read('wildapp.dead-letters')).toEqual([])
  })
})

/** Changes whose position in the WAL another change has, too: those of rows, or the same one delivered again. */
async function sharedPositions(): Promise<number> {
  const counts = new Map<string, number>()
  for (const { value } of await line.read(CHANGES)) {
    const lsn = /"lsn":(\d+)/.exec(String(value))?.[1]
    if (lsn !== undefined) counts.set(lsn, (counts.get(lsn) ?? 0) + 1)
  }
  return [...counts.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0)
}

/** How often, in a partition of the changes, a change has a lower LSN than the one before it. */
async function positionsThatWentBack(): Promise<number> {
  const last = new Map<number, bigint>()
  let count = 0
  for (const { partition, value } of await line.read(CHANGES)) {
    const lsn = /"lsn":(\d+)/.exec(String(value))?.[1]
    if (lsn === undefined) continue
    if (BigInt(lsn) < (last.get(partition) ?? 0n)) count += 1
    last.set(partition, BigInt(lsn))
  }
  return count
}
