import { sampleApp } from '../support/sample-config'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import { connectorFile } from '../../src/connector/connector-file'
import { registerConnector } from '../../src/connector/register-connector'
import { createLogger } from '../../src/telemetry'
import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import type { Step } from './checker'
import { factSteps, liveSteps } from './fact-account'

/*
 * A snapshot that starts again. Connect records its position in a snapshot when all of it has been sent; a worker that dies
 * before sends everything again, as does one that has lost its offsets.
 */
const ROWS = 4_000
/** Rows that are changed, and as many that are deleted, between the two. */
const TOUCHED = 200
/** How long the snapshot reads each row, seconds, so that it does not end before it is broken. */
const SLOW = 0.002
const OFFSETS = 'facts-connect-offsets'

let line: RunningLine
let pipeline: PipelineProcess
/** Steps by the facts when the first snapshot, the second time, was over. */
let afterSnapshot: Awaited<ReturnType<typeof factSteps>>

jest.setTimeout(300_000)
beforeAll(async () => {
  const connect = { 'offset.flush.interval.ms': '600000' }
  line = await RunningLine.start({ capture: false, settings: { connect } })
  await sql(INSERT)
  pipeline = line.pipeline()
  await breakTheFirstSnapshot()
}, 300_000)
afterAll(() => line.stop(), 60_000)

/** The shipped connector, reading the table slowly, and giving what it has read in small portions. */
function slowConnector(): string {
  const shipped = JSON.parse(readFileSync(connectorFile(sampleApp), 'utf8')) as {
    readonly name: string
    readonly config: Readonly<Record<string, string>>
  }
  const overrides = 'snapshot.select.statement.overrides'
  const config = {
    ...shipped.config,
    'snapshot.fetch.size': '50',
    [overrides]: `${shipped.config[overrides] ?? ''},public.wildapp_primary`,
    [`${overrides}.public.wildapp_primary`]: `SELECT * FROM public.wildapp_primary WHERE pg_sleep(${SLOW}) IS NOT NULL`,
  }
  const file = join(line.stack.home, 'slow.json')
  writeFileSync(file, JSON.stringify({ ...shipped, config }))
  return file
}

async function breakTheFirstSnapshot(): Promise<void> {
  const registered = registerConnector({
    config: line.config,
    file: slowConnector(),
    timeout: 120_000,
  }).catch(() => null)
  await waitFor(
    'a quarter of the snapshot',
    async () => (await line.end(CHANGES)) > BigInt(ROWS / 4),
    60_000,
  )
  await line.stack.kill('connect')
  const captured = await line.end(CHANGES)
  if (captured >= BigInt(ROWS)) throw new Error('The whole snapshot was taken before the kill.')
  await registered
  await sql(`UPDATE wildapp_primary SET quantity = 2 WHERE id <= ${TOUCHED}`)
  await sql(`DELETE FROM wildapp_primary WHERE id > ${TOUCHED} AND id <= ${2 * TOUCHED}`)
  await line.stack.startAgain('connect')
  await toHold(await tableSteps())
  await line.committed()
  afterSnapshot = await factSteps(line)
}

const isDeleted = (id: number): boolean => id > TOUCHED && id <= 2 * TOUCHED

const INSERT = `
INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, external_id, attributes, labels)
SELECT id, 'row', 'active', id, 1.5, 1, true, gen_random_uuid(), '{}', '{}' FROM generate_series(1, ${ROWS}) AS ids (id)`

const sql = (statement: string): Promise<unknown> =>
  withClient(line.config.database.url, (client: Client) => client.query(statement))

/** Steps as the facts have them, of what is in the table now. */
function tableSteps(): Promise<ReadonlyMap<string, Step>> {
  return withClient(line.config.database.url, async (client) => {
    const { rows } = await client.query<{ id: string; step: Step }>(
      `SELECT id::text, quantity || ' ' || coalesce(md5(notes), '-') AS step FROM wildapp_primary`,
    )
    return new Map(rows.map(({ id, step }) => [id, step]))
  })
}

/** Waits until the facts have each row of the table as it is. They may have more. */
async function toHold(table: ReadonlyMap<string, Step>): Promise<void> {
  await waitFor(
    'the facts to hold the table',
    async () => {
      const facts = liveSteps(await factSteps(line))
      return [...table].every(([id, step]) => facts.get(id) === step)
    },
    180_000,
  )
}

test('a worker that is killed in its first snapshot takes it again, and rows that stayed as they were have one fact', async () => {
  const untouched = [...afterSnapshot].filter(([id]) => Number(id) > 2 * TOUCHED)
  expect(untouched).toHaveLength(ROWS - 2 * TOUCHED)
  expect(untouched.filter(([, ofRow]) => ofRow.length > 1)).toEqual([])
  expect(await pipeline.counted('facts_drops_total', 'snapshot_unchanged')).toBeGreaterThan(0)
})

test('rows that were deleted between two snapshots are found by a comparison and removed', async () => {
  const stale = [...liveSteps(afterSnapshot).keys()].map(Number).filter(isDeleted)
  expect(stale).toHaveLength(TOUCHED)
  expect(await line.facts('resync', '--remove')).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${TOUCHED} rows were handed over`),
  })
  const live = await waitFor('the facts of deleted rows to be removed', async () => {
    const found = liveSteps(await factSteps(line))
    return found.size === ROWS - TOUCHED && found
  })
  expect([...live.keys()].map(Number).filter(isDeleted)).toEqual([])
})

test('a worker that has lost its offsets makes no fact of what stayed as it was, and misses no change', async () => {
  const before = await factSteps(line)
  const unchanged = await pipeline.counted('facts_drops_total', 'snapshot_unchanged')
  await line.stack.kill('connect')
  await deleteTopic(OFFSETS)
  await sql(`UPDATE wildapp_primary SET quantity = 3 WHERE id <= ${TOUCHED}`)
  await line.stack.startAgain('connect')

  await toHold(await tableSteps())
  await waitFor('the snapshot to be over', async () => {
    const live = (await tableSteps()).size
    const dropped = await pipeline.counted('facts_drops_total', 'snapshot_unchanged')
    return dropped >= unchanged + live - TOUCHED
  })
  await line.committed()
  const after = await factSteps(line)
  const more = [...after].filter(([id, ofRow]) => ofRow.length > (before.get(id)?.length ?? 0))
  expect(more.filter(([id]) => Number(id) > TOUCHED)).toEqual([])
})

async function deleteTopic(topic: string): Promise<void> {
  const { brokers } = line.config.kafka
  const admin = kafkaClient({
    brokers,
    clientId: 'test',
    logger: createLogger(line.config.log),
  }).admin()
  try {
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
  } finally {
    await admin.disconnect()
  }
}
