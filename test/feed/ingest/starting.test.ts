import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Hub } from '../../../src/feed/live/hub'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'
import { gated, logGates, openAll } from '../gated-log'
import type { LogGates } from '../gated-log'

describe('a server that starts', () => {
  let world: FeedWorld
  let gates: LogGates
  let opened: Promise<void> = Promise.resolve()
  beforeEach(async () => {
    gates = logGates()
    world = await FeedWorld.start({ log: (log) => gated(log, gates) })
    await world.write({ id: 1n }, { id: 2n }, { id: 3n })
  })
  afterEach(async () => {
    openAll(gates)
    await opened
    await world.stop()
  })

  /** Ends the server and starts another one, which waits at the gate. */
  async function restart(gate: keyof LogGates, losesStore = false): Promise<void> {
    await world.close()
    if (losesStore) rmSync(join(world.folder, 'store'), { recursive: true })
    world.url = ''
    gates[gate].close()
    opened = world.open()
    await waitFor('the address', () => world.url !== '')
  }

  /** Asks the list of feeds, which waits for nothing: what was asked before had its turn then. */
  async function whileHeld(path: string): Promise<[before: string, after: Response]> {
    let before = 'held'
    const answer = world.get(path).then((response) => {
      before = String(response.status)
      return response
    })
    expect((await world.get('/feeds')).status).toBe(200)
    const seen = before
    openAll(gates)
    return [seen, await answer]
  }

  test('R27: can be reached at once, and holds requests until the feed is open', async () => {
    const { cursor } = await world.page('?page_size=1')
    await restart('offsets')
    expect([world.hub.isOpen, world.hub.isReady, world.hub.state]).toEqual([
      false,
      false,
      { state: 'opening' },
    ])
    const [before, answer] = await whileHeld(`${PAGES}?cursor=${cursor}`)
    expect([before, answer.status]).toEqual(['held', 200])
  })

  test('R27: holds requests until the topic was read up, and is not ready before', async () => {
    await restart('catchUp')
    await waitFor('the feed to be open', () => world.hub.isOpen)
    await world.write({ id: 4n })
    expect([world.hub.isReady, world.hub.state]).toEqual([false, { state: 'reading up' }])
    const [before, answer] = await whileHeld(`${PAGES}/cursor`)
    expect([before, answer.status]).toEqual(['held', 200])
    expect([world.hub.isReady, world.hub.state]).toEqual([true, { state: 'following' }])
  })

  test('R26, R27: does not take itself for read up before it has begun to read', async () => {
    const { cursor } = await world.page()
    await restart('start', true)
    const [before, answer] = await whileHeld(`${PAGES}?cursor=${cursor}`)
    expect([before, answer.status]).toEqual(['held', 200])
  })

  test('can be stopped while it waits for the log', async () => {
    gates.offsets.close()
    const log = gated(world.log, gates)
    const other = new Hub({ ...world.hub.options, log, folder: join(world.folder, 'other') })
    other.start()
    const held = other.head().catch((error: unknown) => error)
    await other.stop()
    expect(await held).toMatchObject({ problem: 'feed-starting' })
  })
})
