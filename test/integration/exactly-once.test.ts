import { readWithJava } from '../support/java-reader'
import { CHANGES, FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

const KILLS = 10
const ROWS_PER_LIFE = 1_000

let line: RunningLine

jest.setTimeout(300_000)
beforeAll(async () => {
  line = await RunningLine.start()
}, 180_000)
afterEach(() => line.endPipelines())
afterAll(() => line.stop(), 30_000)

/** Primary keys in the table, in order. */
const rowIds = (): Promise<readonly string[]> =>
  withClient(line.config.database.url, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id::text FROM wildapp_primary ORDER BY id',
    )
    return rows.map(({ id }) => id)
  })

const captured = (rows: number): Promise<true> =>
  waitFor(
    'Debezium to capture every row',
    async () => (await line.end(CHANGES)) >= BigInt(rows),
    60_000,
  )

test('ten times killed with SIGKILL during a seed of 10,000 rows, a committed Java reader finds 10,000 facts, each once', async () => {
  for (let life = 1; life <= KILLS; life += 1) {
    const pipeline = line.pipeline()
    const before = await line.end(FACTS)
    await line.seed(ROWS_PER_LIFE)
    await waitFor('a commit of this life', async () => (await line.end(FACTS)) > before, 60_000)
    pipeline.kill('SIGKILL')
    expect(await pipeline.exit()).toBeNull()
  }
  line.pipeline()
  await captured(KILLS * ROWS_PER_LIFE)
  await line.committed()
  const facts = await readWithJava(line.config.kafka.brokers, FACTS)
  const ids = await rowIds()
  expect(ids).toHaveLength(KILLS * ROWS_PER_LIFE)
  expect(facts.map(({ key }) => key).sort()).toEqual([...ids].sort())
  expect(new Set(facts.map(({ headers }) => headers['ce_id'])).size).toBe(facts.length)
})

test('an instance that is killed and restarted with its instance id resumes without waiting for the session timeout', async () => {
  const env = {
    FACTS_PIPELINE_INSTANCE_ID: 'one',
    FACTS_PIPELINE_SESSION_TIMEOUT_MS: '240000',
  }
  for (let life = 1; life <= 3; life += 1) {
    const pipeline = line.pipeline(env)
    const before = await line.end(FACTS)
    await line.seed(10)
    await waitFor('facts of this life', async () => (await line.end(FACTS)) > before, 60_000)
    pipeline.kill('SIGKILL')
    await pipeline.exit()
  }
  // Leaves the group by its name, so that the next test's instances need not wait for it.
  const last = line.pipeline(env)
  await waitFor('the last life', async () => (await last.partitions(CHANGES)) === 6, 60_000)
  last.kill('SIGTERM')
  expect(await last.exit()).toBe(0)
})

test('two instances share the partitions, and one that stops leaves its tasks to the other without loss or double', async () => {
  const first = line.pipeline()
  const second = line.pipeline()
  await waitFor(
    'three partitions each',
    async () => {
      const shares = await Promise.all([first.partitions(CHANGES), second.partitions(CHANGES)])
      return shares[0] === 3 && shares[1] === 3
    },
    60_000,
  )
  await line.seed(300)
  second.kill('SIGTERM')
  expect(await second.exit()).toBe(0)
  await line.seed(300)
  const ids = await rowIds()
  await captured(ids.length)
  await line.committed()
  expect(await first.partitions(CHANGES)).toBe(6)
  const facts = await readWithJava(line.config.kafka.brokers, FACTS)
  expect(facts.map(({ key }) => key).sort()).toEqual([...ids].sort())
})
