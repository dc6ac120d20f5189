import { SseClient } from '../feed/sse-client'
import { FactStack } from '../support/fact-stack'
import { FeedProcess, freePort } from '../support/feed-process'
import { ResumingReader } from '../support/resuming-reader'
import { waitFor } from '../support/wait-for'

/*
 * A feed as its own process on a real Kafka: restarted, and with a topic that an operator empties or makes again.
 */
const PAGES = '/feeds/wildapp.primary'
const STREAM = `${PAGES}/stream?start=earliest&select=header.id`
const SUBJECTS = 8

interface Page {
  readonly events: readonly { readonly type: string; readonly data: { readonly title: string } }[]
  readonly cursor: string
}

let facts: FactStack
let port: number
let feed: FeedProcess
/** Ids of the facts that were written, in their order. */
let written: string[] = []
let reader: ResumingReader | undefined

const start = async (): Promise<void> => {
  feed = await new FeedProcess(facts.stack.home, port).ready()
}

jest.setTimeout(120_000)
beforeAll(async () => {
  facts = await FactStack.start()
  port = await freePort()
  await start()
}, 300_000)
afterEach(() => reader?.stop())
afterAll(async () => {
  await (feed as FeedProcess | undefined)?.end('SIGTERM')
  await (facts as FactStack | undefined)?.stop()
}, 60_000)

/** The next fact of so many subjects. */
async function write(title: string, subjects = SUBJECTS): Promise<void> {
  for (let id = 1; id <= subjects; id += 1) {
    written.push(await facts.write(BigInt(id), { title }))
  }
}

const get = (query = ''): Promise<Response> => fetch(`${feed.url}${PAGES}${query}`)
const page = async (query = ''): Promise<Page> => (await get(query)).json() as Promise<Page>

/** As pages see it: until the server has read everything that was written. */
async function pageOf(count: number, query = ''): Promise<Page> {
  return waitFor(`a page of ${count}`, async () => {
    const found = await page(query)
    return found.events.length === count && found
  })
}

async function refusal(cursor: string): Promise<unknown> {
  const response = await get(`?cursor=${cursor}`)
  return [response.status, ((await response.json()) as { readonly type?: string }).type]
}
const ANOTHER = [409, 'urn:facts:cursor-of-another-history']

test('R27, R39: a server that is stopped and started again gives its readers every fact once', async () => {
  reader = new ResumingReader(feed.url + STREAM)
  const { seen, refusals } = reader
  await write('first')
  await waitFor('the first facts', () => seen.length === written.length)
  expect(await feed.end('SIGTERM')).toBe(0)
  await write('while it was away')
  await start()
  await write('after that')
  await waitFor('all facts', () => seen.length >= written.length)
  expect(seen.map(({ id }) => id).sort()).toEqual([...written].sort())
  expect([refusals, reader.connections]).toEqual([[], 2])
})

test('R25: what an emptied topic has lost is expired for who has not read it, and nothing to who has', async () => {
  const { cursor: early } = await page('?page_size=1')
  const { cursor: last } = await pageOf(written.length)
  await facts.empty()
  const { earliest } = await waitFor('the end of what is gone', async () => {
    const response = await get(`?cursor=${early}`)
    return response.status === 410 && ((await response.json()) as { readonly earliest: string })
  })
  await write('new', 1)
  // Its first fact, as far as any server can know.
  const expected = [{ type: 'add', data: { title: 'new' } }]
  for (const cursor of [last, earliest]) {
    expect((await pageOf(1, `?cursor=${cursor}`)).events).toMatchObject(expected)
  }
})

test('R24, R26, R40: a topic that is made again while the server runs ends its streams, and cursors of before are of another history', async () => {
  const { cursor } = await page()
  const client = await SseClient.open(`${feed.url}${PAGES}/stream`)
  await client.status('live')
  await facts.recreate()
  await client.ended()
  expect(client.raw).toContain('urn:facts:history-broken')
  const seen = await waitFor('the empty topic', async () => {
    const found = await get()
    return found.ok && ((await found.json()) as Page)
  })
  expect(seen.events).toEqual([])
  expect(await refusal(cursor)).toEqual(ANOTHER)
  await write('of the new topic')
  const { events } = await pageOf(SUBJECTS)
  expect([...new Set(events.map(({ data }) => data.title))]).toEqual(['of the new topic'])
  expect(await refusal(cursor)).toEqual(ANOTHER)
})

test('R24: a topic that is made again while the server is away is another one, also for who resumes', async () => {
  written = []
  const { cursor } = await page()
  reader = new ResumingReader(`${feed.url}${PAGES}/stream`, cursor)
  const { refusals } = reader
  await waitFor('the reader to be live', () => reader?.isLive === true)
  expect(await feed.end('SIGTERM')).toBe(0)
  await facts.recreate()
  await write('of the newest topic')
  await start()
  await waitFor('the reader to be refused', () => refusals.length > 0)
  expect(JSON.parse(refusals[0] ?? '')).toMatchObject({ type: ANOTHER[1] })
  expect(await refusal(cursor)).toEqual(ANOTHER)
  expect(reader.seen).toEqual([])
  expect((await pageOf(SUBJECTS)).events).toMatchObject(
    written.map(() => ({ type: 'add', data: { title: 'of the newest topic' } })),
  )
})
