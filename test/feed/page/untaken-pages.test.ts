import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'

const FACTS = 40
const MB = 1024 * 1024

describe('pages that no client reads', () => {
  let world: FeedWorld
  let sockets: readonly Socket[] = []
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    sockets = []
    await world.stop()
  })

  async function start(pageBytes: number): Promise<void> {
    world = await FeedWorld.start({ server: { pageBytes, stallMs: 3_000 } })
    const notes = 'x'.repeat(200_000)
    for (let id = 1n; id <= FACTS; id += 1n) await world.write({ id, notes })
  }

  /** Asks for everything, and reads none of it. */
  function ask(): Promise<void> {
    const { port } = new URL(world.url)
    return new Promise((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.pause()
        socket.write(`GET ${PAGES}?page_size=16000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, () =>
          resolve(),
        )
      })
      sockets = [...sockets, socket]
    })
  }

  const status = async (): Promise<number> => (await world.get(`${PAGES}?page_size=1`)).status

  test('R43: are bounded together, and closed after a while', async () => {
    await start(4 * MB)
    for (let count = 0; count < 5; count += 1) await ask()
    await waitFor('the memory of pages to be full', async () => (await status()) === 503)
    const refusal = await world.json(`${PAGES}?page_size=1`)
    expect(refusal).toMatchObject({ type: 'urn:facts:server-full' })
    await waitFor('there to be room again', async () => (await status()) === 200)
  })

  test('R43: give their memory back when their connection is cut', async () => {
    await start(4 * MB)
    for (let count = 0; count < 5; count += 1) await ask()
    await waitFor('the memory of pages to be full', async () => (await status()) === 503)
    for (const socket of sockets) socket.destroy()
    await waitFor('there to be room again', async () => (await status()) === 200)
  })

  test('R8, R51: end early when there is no room for more, are resumed, and are not kept', async () => {
    await start(MB)
    const ids = new Set<unknown>()
    let cursor = ''
    for (let more = true; more;) {
      const query = `?page_size=${FACTS}${cursor === '' ? '' : `&cursor=${cursor}`}`
      const response = await world.get(PAGES + query)
      const page = (await response.json()) as Awaited<ReturnType<FeedWorld['page']>>
      expect(page.events.length).toBeGreaterThan(0)
      expect(page.events.length).toBeLessThan(FACTS)
      expect(response.headers.get('cache-control')).toBe('no-store')
      for (const { data } of page.events) ids.add(data['id'])
      ;({ cursor, has_next: more } = page)
    }
    expect(ids.size).toBe(FACTS)
  })
})
