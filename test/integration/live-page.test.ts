import type { Browser, Page } from 'puppeteer-core'
import { wildapp } from '../../src/wildapp/gen/messages'
import { openBrowser } from '../support/browser'
import { FactStack } from '../support/fact-stack'
import { FeedProcess, freePort } from '../support/feed-process'
import { waitFor } from '../support/wait-for'

const { STATUS_ACTIVE, STATUS_DRAFT } = wildapp.primary.v1.Status
const ACTIVE = 'status == "STATUS_ACTIVE"'

interface Row {
  readonly type: string
  /** `header.id` of its fact. */
  readonly fact: string
  readonly text: string
}

let facts: FactStack
let browser: Browser
let port: number
let feed: FeedProcess
let page: Page
/** What the browser complained of. */
let complaints: string[]
let subjects = 0n

jest.setTimeout(120_000)
beforeAll(async () => {
  browser = await openBrowser()
  facts = await FactStack.start()
  port = await freePort()
  feed = await new FeedProcess(facts.stack.home, port).ready()
}, 300_000)
beforeEach(async () => {
  subjects += 100n
  complaints = []
  page = await browser.newPage()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(feed.url)
  await page.waitForSelector('#feed option')
})
afterEach(() => page.close())
afterAll(async () => {
  // A browser that is missing has failed before the others were there.
  await (browser as Browser | undefined)?.close()
  await (feed as FeedProcess | undefined)?.end('SIGTERM')
  await (facts as FactStack | undefined)?.stop()
}, 60_000)

/** What an expression is in the page; as text, since the tests have no types of a browser. */
const inPage = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>
const textOf = (selector: string): Promise<string> =>
  inPage(`document.querySelector('${selector}').textContent`)

/** The oldest first, as they came. */
const rows = (): Promise<readonly Row[]> =>
  inPage(`[...document.querySelectorAll('#events > li')].reverse().map((item) => ({
    type: item.className,
    fact: item.dataset.fact ?? '',
    text: item.querySelector('summary, .plain').textContent,
  }))`)

const shown = async (): Promise<readonly string[]> =>
  (await rows()).map(({ fact }) => fact).filter((fact) => fact !== '')

const state = (): Promise<string> => textOf('#state')

/** Follows what fulfils the filter from now on, and waits until the head is reached. */
async function connect(where = '', start = 'now'): Promise<void> {
  await page.select('#start', start)
  await page.type('#where', where)
  await page.click('#connect')
  await waitFor('live', async () => (await rows()).some(({ text }) => text.endsWith('live')))
}

const until = (count: number): Promise<true> =>
  waitFor(`${count} facts`, async () => (await shown()).length >= count)

test('R46: the page shows how rows enter, change in and leave the set of a filter', async () => {
  await connect(ACTIVE)
  const added = await facts.write(subjects, { title: 'first', status: STATUS_ACTIVE })
  await facts.write(subjects + 1n, { title: 'outside', status: STATUS_DRAFT })
  const updated = await facts.write(subjects, { title: 'second', status: STATUS_ACTIVE })
  const removed = await facts.write(subjects, { title: 'third', status: STATUS_DRAFT })
  await until(3)
  const seen = (await rows()).filter(({ fact }) => fact !== '')
  expect(seen.map(({ type, fact }) => [type, fact])).toEqual([
    ['add', added],
    ['update', updated],
    ['remove', removed],
  ])
  expect(seen[1]?.text).toMatch(/title: first → second$/)
  expect(await textOf('#counts')).toBe('1 add, 1 update, 1 remove')
  expect(await textOf('#curl')).toContain(`/feeds/wildapp.primary/stream?start=now&where=`)
  expect(complaints).toEqual([])
})

test('R46, R18: cut and resumed, the page misses nothing and shows nothing twice', async () => {
  await connect(ACTIVE)
  const written: string[] = []
  const write = async (): Promise<unknown> =>
    written.push(await facts.write(subjects, { title: `${written.length}`, status: STATUS_ACTIVE }))
  for (let cut = 1; cut <= 3; cut += 1) {
    await write()
    await until(written.length)
    await page.click('#cut')
    expect(await state()).toBe('cut')
    await write()
    await write()
    expect(await shown()).toHaveLength(written.length - 2)
    await page.click('#resume')
    await until(written.length)
  }
  await write()
  await until(written.length)
  expect(await shown()).toEqual(written)
  expect(complaints).toEqual([])
})

test('R18, R27: when the server is killed, EventSource comes back by itself, with what it has seen, and misses nothing', async () => {
  const written = [
    await facts.write(subjects, { title: 'there' }),
    await facts.write(subjects + 1n, { title: 'there, and stays' }),
  ]
  // Started again, the snapshot would repeat what was shown.
  await connect(`id >= ${subjects} && id <= ${subjects + 1n}`, 'snapshot')
  await until(2)
  for (let kill = 1; kill <= 2; kill += 1) {
    written.push(await facts.write(subjects, { title: `before ${kill}` }))
    await until(written.length)
    await feed.end('SIGKILL')
    await waitFor('the loss', async () => (await state()) === 'reconnecting')
    written.push(await facts.write(subjects, { title: `while away ${kill}` }))
    feed = await new FeedProcess(facts.stack.home, port).ready()
    await waitFor('the return', async () => (await state()) === 'connected', 60_000)
    written.push(await facts.write(subjects, { title: `after ${kill}` }))
    await until(written.length)
  }
  const [one, other, ...later] = await shown()
  // The snapshot goes by partition.
  expect([[one, other].sort(), later]).toEqual([written.slice(0, 2).sort(), written.slice(2)])
})

test('R46: refused for a while with 503, at which EventSource gives up, the page comes back by itself', async () => {
  await connect(ACTIVE)
  const written = [await facts.write(subjects, { title: 'before', status: STATUS_ACTIVE })]
  await until(1)
  await page.setRequestInterception(true)
  let refused = 0
  page.on('request', (request) => {
    refused += 1
    if (refused > 3) return void request.continue()
    const headers = { 'retry-after': '1' }
    const contentType = 'application/problem+json'
    return void request.respond({ status: 503, headers, contentType, body: '{"detail":"busy"}' })
  })
  await feed.end('SIGKILL')
  feed = await new FeedProcess(facts.stack.home, port).ready()
  written.push(await facts.write(subjects, { title: 'after', status: STATUS_ACTIVE }))
  await until(2)
  expect(refused).toBeGreaterThan(3)
  expect(await shown()).toEqual(written)
})

test('R28, R46: the page says what is wrong with a filter', async () => {
  await page.type('#where', 'nope == 1')
  await page.click('#connect')
  await waitFor('the refusal', async () => (await rows()).length > 0)
  expect(await rows()).toMatchObject([{ type: 'error', text: expect.stringMatching(/nope/) }])
  expect(await state()).toBe('refused')
})

test('R77: the page of the description shows every address and every schema', async () => {
  await page.goto(`${feed.url}/docs`)
  await page.waitForSelector('main details')
  const description = (await (await fetch(`${feed.url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, object>>
    readonly components: { readonly schemas: object }
  }
  const shown = await inPage<readonly string[]>(
    "[...document.querySelectorAll('main > details > summary code')].map((code) => code.textContent)",
  )
  const addresses = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(() => path),
  )
  expect(shown).toEqual([...addresses, ...Object.keys(description.components.schemas)])
  expect(complaints).toEqual([])
})
