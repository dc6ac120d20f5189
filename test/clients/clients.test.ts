import type { Browser } from 'puppeteer-core'
import type { WrittenFact } from '../feed/feed-world'
import { SseClient } from '../feed/sse-client'
import { openBrowser } from '../support/browser'
import { waitFor } from '../support/wait-for'
import { ClientWorld, WAYS, WHERE } from './client-world'
import type { Program } from './installed-client'
import { goClients, javaClients, nodeClients, pythonClients } from './installed-client'
import type { OutsideClient } from './outside-client'
import { browserClient, clientProcess } from './outside-client'
import type { SeenFact } from './seen-facts'
import { seenFacts } from './seen-facts'

/*
 * Clients that others have made, as their documentation shows them, each on four ways to the feed at the same time: the server's
 * port, connections that are cut at random, nginx and HAProxy as they are installed. See docs/clients.md.
 */
const CLIENTS = [
  'EventSource in Chromium',
  'eventsource 2',
  'eventsource 3',
  'eventsource 4',
  'eventsource-parser',
  '@microsoft/fetch-event-source',
  'httpx-sse',
  'sseclient-py',
  'r3labs/sse',
  'launchdarkly/eventsource',
  'okhttp-eventsource',
] as const
type ClientName = (typeof CLIENTS)[number]

/** Give out the beginning of an event whose connection was cut, as if it were one. */
const GIVE_OUT_PARTS: readonly ClientName[] = ['sseclient-py', 'r3labs/sse']

/** Of one way, through a proxy too. */
const MOST_CUTS = 30

/** What lines end with somewhere, and an event larger than most buffers. */
const TITLES = [
  'plain',
  'a\u2028b\u2029c',
  'next\u0085line',
  'é€😀',
  'a\r\nb\n\nid: 9\ndata: x',
  '\u000b\u000c\u001c',
]
const LARGE = 'x'.repeat(100_000)

let world: ClientWorld
let browser: Browser
const clients = new Map<ClientName, OutsideClient>()
/** What each way of each client has to give out, once. */
const expected: SeenFact[] = []

/** In the set: the next facts of so many subjects. */
async function write(subjects: number, quantity: number): Promise<void> {
  const facts = Array.from({ length: subjects }, (_none, index) => ({
    id: BigInt(index + 1),
    quantity,
    title: TITLES[(index + quantity) % TITLES.length] ?? '',
    notes: index === 7 && quantity === 2 ? LARGE : 'n'.repeat(20 * index),
  })) satisfies WrittenFact[]
  await world.feed.write(...facts)
  expected.push(
    ...facts.map(({ id, title, notes }) => ({ subject: String(id), quantity, title, notes })),
  )
}

async function startClients(): Promise<void> {
  const [node, python, go, java] = await Promise.all([
    nodeClients(),
    pythonClients(),
    goClients(),
    javaClients(),
  ])
  const programs: Readonly<Partial<Record<ClientName, Program>>> = {
    'httpx-sse': python,
    'sseclient-py': python,
    'r3labs/sse': go,
    'launchdarkly/eventsource': go,
    'okhttp-eventsource': java,
  }
  for (const [seed, name] of CLIENTS.entries()) {
    const urls = await world.ways(seed)
    const { command, args } = programs[name] ?? node
    const client =
      name === 'EventSource in Chromium'
        ? await browserClient(browser, world.page, urls)
        : clientProcess(command, [...args, name, ...urls])
    clients.set(name, client)
  }
}

jest.setTimeout(150_000)
beforeAll(async () => {
  world = await ClientWorld.start()
  browser = await openBrowser()
  for (const quantity of [1, 2, 3]) await write(30, quantity)
  await startClients()
}, 400_000)
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.stop()))
  await (browser as Browser | undefined)?.close()
  await (world as ClientWorld | undefined)?.stop()
}, 60_000)

const receivedBy = (name: ClientName): OutsideClient['received'] =>
  clients.get(name)?.received ?? []

/** Every fact once, on each way, those of a subject in their order; and no way has ended. */
async function sawEverything(name: ClientName): Promise<void> {
  const missing = (): readonly string[] =>
    WAYS.filter((_way, way) => seenFacts(receivedBy(name), way).facts.length < expected.length)
  await waitFor(`${name} to see everything`, () => missing().length === 0, 90_000).catch(
    () => undefined,
  )
  const seen = WAYS.map((way, index) => ({ way, ...seenFacts(receivedBy(name), index) }))
  expect(seen.filter(({ hasEnded }) => hasEnded).map(({ way }) => way)).toEqual([])
  expect(missing()).toEqual([])
  for (const { way, facts, unreadable } of seen) {
    expect({ way, facts: facts.toSorted(bySubject) }).toEqual({
      way,
      facts: expected.toSorted(bySubject),
    })
    // Who reads an event parses it: an empty one is an error for every user of the client.
    const parts = GIVE_OUT_PARTS.includes(name) ? MOST_CUTS : 0
    expect({ way, parts: Math.max(parts, unreadable.length) }).toEqual({ way, parts })
  }
}

/** Stable: the facts of a subject stay as they came. */
const bySubject = (one: SeenFact, other: SeenFact): number =>
  Number(one.subject) - Number(other.subject)

describe('cut at random, each gives out every fact once', () => {
  test.each(CLIENTS)('%s', async (name) => {
    await sawEverything(name)
  })
})

describe('cut after a heartbeat for what is outside of its filter, each comes back with the cursor of the heartbeat', () => {
  let cut: ReturnType<ClientWorld['cut']>
  beforeAll(async () => {
    const query = new URLSearchParams({ where: WHERE }).toString()
    const reader = await SseClient.open(`${world.direct}?${query}`)
    await reader.status('live')
    await world.feed.write(...[1n, 2n, 3n].map((id) => ({ id: 1_000n + id, quantity: 5_000 })))
    await waitFor('a heartbeat', async () => (await leftBehind(reader.lastEventId)) === 0)
    // Both servers look at their streams once a second, in this process: after some more here, all have had theirs.
    const beats = (): number =>
      reader.raw.split('\n\n').filter((block) => block.includes(reader.lastEventId)).length
    await waitFor('a heartbeat on every way', () => beats() > 3)
    reader.close()
    cut = world.cut()
  }, 60_000)

  /** Facts that a reader with that cursor has still to read. */
  const leftBehind = async (cursor: string): Promise<number> => {
    const query = new URLSearchParams({ where: WHERE, cursor }).toString()
    return (await world.feed.page(`?${query}`)).stats.read
  }

  test.each(CLIENTS)('%s', async (name) => {
    for (const way of cut[CLIENTS.indexOf(name)] ?? []) {
      const id = await waitFor(`${name} to come back`, () => way.lastEventId(), 60_000)
      expect(await leftBehind(id)).toBe(0)
    }
  })
})

describe('after its server was restarted, each resumes', () => {
  beforeAll(async () => {
    await world.restart()
    await write(10, 4)
  }, 60_000)

  test.each(CLIENTS)('%s', async (name) => {
    await sawEverything(name)
  })
})
