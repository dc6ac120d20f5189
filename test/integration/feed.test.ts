import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import { SseClient } from '../feed/sse-client'
import type { SeenEvent } from '../feed/sse-client'
import { FeedProcess, freePort } from '../support/feed-process'
import { ResumingReader } from '../support/resuming-reader'
import { CHANGES, FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

const ROWS = 300
const SESSIONS = 200
const run = promisify(execFile)

let line: RunningLine
let port: number
let feed: FeedProcess
/** Those of the test that runs. */
let readers: readonly ResumingReader[] = []

jest.setTimeout(400_000)
beforeAll(async () => {
  line = await RunningLine.start()
  port = await freePort()
  await line.pipeline().ready()
  feed = await new FeedProcess(line.stack.home, port, LIMITS).ready()
  await line.seed(ROWS)
  await processed(ROWS)
}, 300_000)
afterEach(() => Promise.all(readers.map((reader) => reader.stop())))
afterAll(async () => {
  await feed.end('SIGTERM')
  await line.stop()
}, 120_000)

const LIMITS = { FACTS_FEED_MAX_SESSIONS_PER_ADDRESS: '1000' }

/** Waits until Debezium has captured the changes, and the pipeline has made its facts of all that was captured. */
async function processed(changes: number): Promise<void> {
  await waitFor('the changes', async () => (await line.end(CHANGES)) >= BigInt(changes), 60_000)
  await line.committed()
}

/** Inserts, updates and deletes for so long. */
async function churn(seconds: number): Promise<void> {
  const args = ['seed', '--number=0', '--churn', '--rate=100', `--duration=${seconds}`]
  expect(await runAppCommand(args, line.config, { onLine: () => undefined })).toBe(0)
}

/** Inserts rows and waits for their facts: what was changed before has become facts then, too. */
async function settled(): Promise<void> {
  await line.seed(5)
  const last = await withClient(line.config.database.url, async (client) => {
    const sql = 'SELECT max(id)::text AS id FROM wildapp_primary'
    return (await client.query<{ readonly id: string }>(sql)).rows[0]?.id
  })
  const isThere = async (): Promise<boolean> =>
    (await line.read(FACTS)).some(({ key }) => String(key) === last)
  await waitFor('the last fact', isThere, 120_000)
  await line.committed()
}

/** Ids of the facts on the topic, by subject in their order, from the offsets on. */
async function factsOf(
  from: ReadonlyMap<number, bigint> = new Map(),
): Promise<Record<string, string[]>> {
  const subjects: Record<string, string[]> = {}
  for (const { partition, offset, key, headers } of await line.read(FACTS)) {
    if (offset >= (from.get(partition) ?? 0n))
      (subjects[String(key)] ??= []).push(String(headers['ce_id']))
  }
  return subjects
}

const ends = async (): Promise<ReadonlyMap<number, bigint>> => {
  const offsets = await line.log.admin.offsets(FACTS)
  return new Map([...offsets].map(([partition, { high }]) => [partition, high]))
}

function bySubject(
  seen: readonly { readonly subject: string; readonly id: string }[],
): Record<string, string[]> {
  const subjects: Record<string, string[]> = {}
  for (const { subject, id } of seen) (subjects[subject] ??= []).push(id)
  return subjects
}

const headersOf = (
  events: readonly SeenEvent['data'][],
): readonly { readonly subject: string; readonly id: string }[] =>
  events.map(({ data }) => data['header'] as { readonly subject: string; readonly id: string })

const pages = `/feeds/wildapp.primary`
const stream = `${pages}/stream`
/** Of each fact no more than what is compared. */
const slim = `${stream}?select=header.id`
const headCursor = async (): Promise<string> =>
  ((await (await fetch(`${feed.url}${pages}/cursor`)).json()) as { readonly head: string }).head

test('R11: a stream, curl and pages see the facts of the pipeline, the same events in the same order', async () => {
  const client = await SseClient.open(`${feed.url}${stream}?start=earliest&until=head`)
  await client.finished
  expect([client.response.status, client.raw.slice(0, 500)]).toEqual([200, expect.anything()])
  const streamed = client.facts.map(({ data }) => data)
  expect(bySubject(headersOf(streamed))).toEqual(await factsOf())

  const { stdout } = await run('curl', ['-sN', `${feed.url}${stream}?start=earliest&until=head`], {
    maxBuffer: 1e9,
  })
  const lines = stdout
    .split('\n')
    .filter((one) => one.startsWith('data: ') && !one.includes('"type":"status"'))
  expect(lines.map((one) => JSON.parse(one.slice(6)) as unknown)).toEqual(streamed)

  const paged: SeenEvent['data'][] = []
  for (let query = '?page_size=70', more = true; more;) {
    const page = (await (await fetch(feed.url + pages + query)).json()) as {
      readonly events: readonly SeenEvent['data'][]
      readonly cursor: string
      readonly has_next: boolean
    }
    paged.push(...page.events)
    query = `?page_size=70&cursor=${page.cursor}`
    more = page.has_next
  }
  expect(paged).toEqual(streamed)
})

test('R27: killed with SIGKILL while hundreds of sessions follow changing rows, every session has every fact once', async () => {
  const from = await ends()
  const cursor = await headCursor()
  readers = Array.from({ length: SESSIONS }, () => new ResumingReader(feed.url + slim, cursor))
  await waitFor('the sessions to be live', () => readers.every(({ isLive }) => isLive), 120_000)
  for (let kill = 0; kill < 2; kill += 1) {
    const before = await line.end(FACTS)
    const churning = churn(6)
    await waitFor('facts to flow', async () => (await line.end(FACTS)) > before, 120_000)
    expect(await feed.end('SIGKILL')).toBeNull()
    feed = await new FeedProcess(line.stack.home, port, LIMITS).ready()
    await churning
  }
  await everyoneHas(from)
  for (const { connections } of readers) expect(connections).toBeGreaterThanOrEqual(2)
})

test('R37: when Kafka is killed and restarted, sessions get a status, stay open and miss nothing', async () => {
  const from = await ends()
  const cursor = await headCursor()
  readers = Array.from({ length: 20 }, () => new ResumingReader(feed.url + slim, cursor))
  await waitFor('the sessions to be live', () => readers.every(({ isLive }) => isLive), 120_000)
  const stayed = await SseClient.open(`${feed.url}${stream}`)
  const churning = churn(12)
  await line.stack.kill('kafka')
  await waitFor('the loss to be reported', () => stayed.statuses.includes('upstream-lost'), 60_000)
  await line.stack.startAgain('kafka')
  await waitFor(
    'the return to be reported',
    () => stayed.statuses.includes('upstream-restored'),
    90_000,
  )
  await churning
  expect(stayed.isEnded).toBe(false)
  stayed.close()
  await everyoneHas(from)
})

/** Waits until every reader has as many facts as there are, and compares what each has seen with the topic. */
async function everyoneHas(from: ReadonlyMap<number, bigint>): Promise<void> {
  await settled()
  const expected = await factsOf(from)
  expect(Object.keys(expected).length).toBeGreaterThan(20)
  const facts = Object.values(expected).flat().length
  // Whether they have is compared below, where it shows who lacks what.
  await waitFor('all', () => readers.every(({ seen }) => seen.length >= facts), 120_000).catch(
    () => undefined,
  )
  await Promise.all(readers.map((reader) => reader.stop()))
  for (const { refusals, seen } of readers) {
    expect(refusals).toEqual([])
    expect(bySubject(seen)).toEqual(expected)
  }
}
