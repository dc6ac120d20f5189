import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Client } from 'pg'
import { packageRoot } from '../../src/package-root'
import { controlTopic } from '../../src/topology/internal-topics'
import { decodedPrimary } from '../support/decoded-primary'
import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, DEAD_LETTERS, FACTS, RunningLine } from '../support/running-line'
import { SmallDisk } from '../support/small-disk'
import { addPartition, sendTo, setTopic } from '../support/topics'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import { NOTHING } from './checker'
import { compareWithHistory } from './fact-account'
import { installHistory } from './history'
import { CHANGE, largeText } from './writers'

/*
 * Failures that an operator has to resolve, on the real stack, with processes killed concurrently: afterwards every change has
 * its fact, once, in the order of its row.
 */
const SECONDARIES = 'monolith.public.wildapp_secondary'
/** Bytes that the topic of the facts takes for a while, and a text that does not fit. */
const NARROW = 20_000
const tooLarge = (): string => largeText(22_500)
/** The rows' ids, far from those that the seed takes. */
const FIRST = 100_001
/** Rows whose facts are too large; they are in all partitions, and too few to stop a pipeline. */
const PARKED = 18
const KILLS = 3

let line: RunningLine

jest.setTimeout(240_000)
beforeAll(async () => {
  line = await RunningLine.start()
  await sql(installHistory)
}, 180_000)
afterEach(() => line.endPipelines())
afterAll(() => line.stop(), 60_000)

const sql = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(line.config.database.url, work)

/** Each row once, in one transaction; the text is left alone when there is none. */
async function change(first: number, count: number, text?: () => string): Promise<void> {
  await sql(async (client) => {
    await client.query('BEGIN')
    for (let id = first; id < first + count; id += 1)
      await client.query(CHANGE, [id, text?.() ?? null])
    await client.query('COMMIT')
  })
}

async function parkedRows(): Promise<void> {
  await setTopic(line, FACTS, `max.message.bytes=${NARROW}`)
  const pipeline = line.pipeline()
  await pipeline.ready()
  await change(FIRST, 100)
  await change(FIRST, PARKED, tooLarge)
  await change(FIRST, PARKED)
  await waitFor(
    'the dead letters',
    async () => (await line.end(DEAD_LETTERS)) >= BigInt(2 * PARKED),
    60_000,
  )
  await setTopic(line, FACTS, `max.message.bytes=${line.config.topics.maxMessageBytes}`)
  await line.endPipelines()
}

/** Calls for a replay of all keys; ends with the process when it is killed. */
function replayer(): ChildProcess {
  return spawn(
    process.execPath,
    [join(packageRoot(), 'bin', 'facts.cjs'), 'dead-letters', 'replay', '--all'],
    { env: { ...process.env, FACTS_HOME: line.stack.home }, stdio: 'ignore' },
  )
}

const moved = async (topic: string, from: bigint): Promise<true> =>
  waitFor(`${topic} to move on`, async () => (await line.end(topic)) > from, 60_000)

test('dead letters that are replayed while the operator and the pipeline are killed are lost or doubled nowhere, and keep the order of their key', async () => {
  await parkedRows()
  const control = controlTopic('wildapp', CHANGES)
  let pipeline: PipelineProcess = line.pipeline()
  await pipeline.ready()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [asked, made] = [await line.end(control), await line.end(FACTS)]
    const operator = replayer()
    const gone = once(operator, 'close')
    // More changes of the same rows arrive during the replay: they wait with it, or follow it.
    await change(FIRST, PARKED)
    await (kill === 0 ? moved(control, asked) : moved(FACTS, made))
    operator.kill('SIGKILL')
    pipeline.kill('SIGKILL')
    await Promise.all([gone, pipeline.exit()])
    pipeline = line.pipeline()
    await pipeline.ready()
  }
  await waitFor(
    'no key to wait',
    async () => {
      await line.facts('dead-letters', 'replay', '--all')
      return /^0 parked keys/m.test((await line.facts('dead-letters', 'list')).output)
    },
    90_000,
  )
  expect(await compareWithHistory(line)).toEqual(NOTHING)
})

test('a full disk of the state ends the pipeline with its name, and once there is room every change has its fact', async () => {
  const disk = await SmallDisk.mount(4)
  try {
    const env = { FACTS_PIPELINE_STATE_DIR: disk.path }
    const pipeline = line.pipeline(env)
    await pipeline.ready()
    await change(FIRST + 1_000, 400, tooLarge)
    expect(await pipeline.exit()).toBe(1)
    expect(pipeline.log).toMatch(/DISK_FULL/)
    expect(pipeline.log).toContain(`tmpfs on ${disk.path} is full`)
    await disk.grow(256)
    line.pipeline(env)
    expect(await compareWithHistory(line)).toEqual(NOTHING)
    await line.endPipelines()
  } finally {
    await disk.unmount()
  }
})

test('a partition that is added to a looked-up topic is read within 30 s by a pipeline that runs', async () => {
  await line.seed(3)
  const pipeline = line.pipeline()
  await pipeline.ready()
  const [row] = await line.read(SECONDARIES)
  if (row === undefined) throw new Error('no row is looked up')
  const added = await addPartition(line, SECONDARIES)
  // As Debezium writes once it knows of the partition: a younger change of a row that others had elsewhere before.
  const record = JSON.parse(String(row.value)) as {
    readonly after: { readonly id: number }
    readonly source: { readonly lsn: number }
  }
  const { after, source } = record
  const younger = { ...source, lsn: source.lsn + 1_000_000_000 }
  const value = { ...record, source: younger, after: { ...after, name: 'of the new partition' } }
  await sendTo(line, { topic: SECONDARIES, partition: added, key: row.key, value })
  await change(FIRST, 1)
  await sql((client) =>
    client.query('UPDATE wildapp_primary SET secondary_id = $1 WHERE id = $2', [after.id, FIRST]),
  )
  const isSeen = async (): Promise<boolean> => {
    await change(FIRST, 1)
    const facts = await line.read(FACTS)
    return facts.some((fact) => decodedPrimary(fact).secondary?.name === 'of the new partition')
  }
  await waitFor('a fact with the row', isSeen, 30_000)
  await line.committed()
  expect(pipeline.child.exitCode).toBeNull()
})

test('a partition that is added to a captured topic ends the pipeline within 30 s, with what to do', async () => {
  const pipeline = line.pipeline()
  await pipeline.ready()
  await addPartition(line, CHANGES)
  expect(await waitFor('its end', () => pipeline.child.exitCode, 30_000)).toBe(1)
  expect(pipeline.log).toContain('PARTITIONS_CHANGED')
  expect(pipeline.log).toMatch(/had 6 partitions when this pipeline started, and has 7 now/)
})
