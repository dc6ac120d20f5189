import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OpenMark } from '../../../src/lmdb/open-mark'
import { FactsError } from '../../../src/errors'
import { KeptStore } from '../../../src/feed/store/kept-store'
import { FactStore } from '../../../src/feed/store/fact-store'
import { createLogger } from '../../../src/telemetry'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'

/** What LMDB throws then, of the database that is below. */
function full(owner: object): jest.SpyInstance {
  const root = Reflect.get(owner, 'root') as { transactionSync: () => void }
  return jest.spyOn(root, 'transactionSync').mockImplementation(() => {
    throw new Error('No space left on device')
  })
}

const isFull = { code: 'DISK_FULL', message: expect.stringMatching(/^The disk .* is full/) }

describe('a feed whose disk is full', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
    await world.write({ id: 1n, secondaryId: 7n }, { id: 2n, secondaryId: 7n })
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    await world.stop()
  })

  const covered = `?start=snapshot&where=${encodeURIComponent('secondaryId == 7')}`

  async function refused(path: string): Promise<void> {
    const response = await world.get(path)
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([
      503,
      { type: 'urn:facts:disk-full', detail: expect.stringMatching(/^The disk of the server/) },
    ])
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(text).not.toContain(world.folder)
  }

  test('R37: reports the full disk to readers without its path, and to operators with it', async () => {
    const error = jest.spyOn(world.hub.options.logger, 'error')
    full(world.hub.history.store)
    await world.write({ id: 3n })
    await refused(`${PAGES}/cursor`)
    await refused(`${PAGES}?start=now`)
    const page = await world.get(PAGES)
    expect([page.status, page.headers.get('feed-upstream')]).toEqual([200, 'lost'])
    await waitFor('the state', () => world.hub.state.state === 'waiting')
    expect(world.hub.state.detail).toContain(join(world.folder, 'store'))
    expect(world.hub.state.detail).toMatch(/FACTS_FEED_DIR/)
    expect(world.hub.isReady).toBe(false)
    expect(error.mock.calls).toMatchObject([[{ err: isFull }, expect.anything()]])
  })

  test('R37: continues by itself when there is room again, without a gap', async () => {
    const stream = await world.stream('?start=earliest')
    await stream.next(2)
    const disk = full(world.hub.history.store)
    await world.write({ id: 3n })
    await stream.status('upstream-lost')
    await world.write({ id: 4n })
    disk.mockRestore()
    const ids = (await stream.next(4)).map(({ data }) => data.data['id'])
    expect([...ids].sort()).toEqual(['1', '2', '3', '4'])
    await stream.status('upstream-restored')
    expect(world.hub.state).toEqual({ state: 'following' })
    expect((await world.get(`${PAGES}/cursor`)).status).toBe(200)
  })

  test('R37: while its index cannot be written, says so to those who need it', async () => {
    const { index } = world.hub.history
    const disk = full(index ?? {})
    await world.write({ id: 3n, secondaryId: 7n })
    await refused(PAGES + covered)
    expect((await world.page()).events.length).toBe(3)
    disk.mockRestore()
    expect((await world.page(covered)).events.length).toBe(3)
  })
})

describe('the store on a full disk', () => {
  const temporary = temporaryFolder()
  const logger = createLogger({ level: 'silent', format: 'json' })
  afterEach(() => jest.restoreAllMocks())

  test('stays the same error for every write', () => {
    const store = new FactStore(join(temporary.path, 'store'), 'facts', 1)
    const record = {
      topic: 'facts',
      partition: 0,
      timestamp: 0n,
      headers: {},
      key: Buffer.from('a'),
      value: Buffer.from('a'),
    }
    store.ingest([{ ...record, offset: 0n }])
    const before = [store.positions(), store.lowest(), store.seen()]
    const disk = full(store)
    const writes = [
      () => store.ingest([{ ...record, offset: 1n }]),
      () => store.setSeen(new Map([[0, 9n]])),
      () => store.beginAt([5n]),
      () => store.trim(0, 1n, 10),
      () => store.clear(),
    ]
    for (const write of writes) {
      expect(write).toThrow(FactsError)
      expect(write).toThrow(/^The disk .* is full.*continues without a restart/)
    }
    disk.mockRestore()
    expect([store.positions(), store.lowest(), store.seen()]).toEqual(before)
    store.close()
  })

  test('is not removed to make room', () => {
    const folder = join(temporary.path, 'store')
    new FactStore(folder, 'facts', 1).close()
    jest.spyOn(OpenMark.prototype, 'open').mockImplementation(() => {
      throw new Error('ENOSPC: no space left on device, write')
    })
    const kept = new KeptStore({ folder, topic: 'facts', logger, onDamage: () => undefined })
    expect(() => kept.open(1)).toThrow(/^The disk .* is full/)
    expect(existsSync(join(folder, 'data.mdb'))).toBe(true)
    jest.restoreAllMocks()
    kept.open(1)
    kept.close()
  })
})
