import { sampleConfig } from '../support/sample-config'
import { provision } from '../../src/compose/provision'
import { FeedProcess, freePort } from '../support/feed-process'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

const FEED = 'wildapp.primary'
const KILLS = 2

let stack: TestStack
let servers: readonly Server[] = []

/** One of two servers of the same feed; each with a folder of its own. */
class Server {
  private constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly port: number,
    private process: FeedProcess,
  ) {}

  static async start(name: string): Promise<Server> {
    const env = { FACTS_FEED_DIR: `${stack.home}/${name}`, FACTS_FEED_SECRET: 'x'.repeat(40) }
    const port = await freePort()
    return new Server(env, port, await new FeedProcess(stack.home, port, env).ready())
  }

  async kill(): Promise<void> {
    await this.process.end('SIGKILL')
  }

  async startAgain(): Promise<void> {
    this.process = await new FeedProcess(stack.home, this.port, this.env).ready()
  }

  async stop(): Promise<void> {
    await this.process.end('SIGTERM')
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.process.url + path, init)
  }

  async head(): Promise<string> {
    const response = await this.get(`/feeds/${FEED}/cursor`)
    return ((await response.json()) as { readonly head: string }).head
  }

  put(consumer: string, cursor: string): Promise<Response> {
    return this.get(`/consumers/${consumer}/cursor`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ feed: FEED, cursor }),
    })
  }

  async kept(consumer: string): Promise<number> {
    return (await this.get(`/consumers/${consumer}/cursor?feed=${FEED}`)).status
  }
}

jest.setTimeout(240_000)
beforeAll(async () => {
  stack = await startTestStack({ services: ['kafka', 'registry'] })
  const env = { FACTS_HOME: stack.home, FACTS_LOG_LEVEL: 'silent' }
  await provision(sampleConfig({ env }), () => undefined)
  servers = await Promise.all(['a', 'b'].map((name) => Server.start(name)))
}, 240_000)
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await stack.stop()
}, 60_000)

test('R72: what was answered is kept when the server is killed, and another server has it', async () => {
  const [killed, other] = servers as readonly [Server, Server]
  const cursor = await killed.head()
  let count = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    const answered: string[] = []
    let isDead = false
    const acknowledge = async (): Promise<void> => {
      while (!isDead) {
        count += 1
        const consumer = `c${count}`
        const answer = await killed.put(consumer, cursor).catch(() => undefined)
        if (answer?.status === 204) answered.push(consumer)
      }
    }
    const loops = Array.from({ length: 8 }, acknowledge)
    await waitFor('acknowledgements', () => answered.length > 30, 60_000)
    await killed.kill()
    isDead = true
    await Promise.all(loops)
    const elsewhere = await Promise.all(answered.map((consumer) => other.kept(consumer)))
    expect(new Set(elsewhere)).toEqual(new Set([200]))
    await killed.startAgain()
    const after = await Promise.all(answered.map((consumer) => killed.kept(consumer)))
    expect(new Set(after)).toEqual(new Set([200]))
    // The transaction that it left open blocks no reader any more.
    expect((await other.put(`after-${kill}`, cursor)).status).toBe(204)
    expect(await killed.kept(`after-${kill}`)).toBe(200)
  }
})

test('R76: while Kafka is away nothing is answered as kept, and what was kept is there afterwards', async () => {
  const [server, other] = servers as readonly [Server, Server]
  const cursor = await server.head()
  expect((await server.put('before', cursor)).status).toBe(204)
  await stack.kill('kafka')
  const refused = await server.put('during', cursor)
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await server.kept('before')).toBe(503)
  await stack.startAgain('kafka')
  const isBack = async (): Promise<boolean> => (await server.put('during', cursor)).status === 204
  await waitFor('acknowledgements to be taken', isBack, 90_000)
  for (const consumer of ['before', 'during']) expect(await other.kept(consumer)).toBe(200)
})
