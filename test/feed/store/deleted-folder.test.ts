import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FeedFolder } from '../../../src/feed/store/feed-folder'
import { createLogger } from '../../../src/telemetry'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'

describe('a feed whose folder is deleted while it runs', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
    for (let id = 1n; id <= 5n; id += 1n) await world.write({ id, secondaryId: 7n })
  })
  afterEach(() => world.stop())

  const isMade = (): boolean =>
    existsSync(join(world.folder, 'store', 'data.mdb')) && world.hub.isReady

  test.each([['store'], ['']])(
    'R40: %s: says so, and makes it again from the topic',
    async (what) => {
      const error = jest.spyOn(world.hub.options.logger, 'error')
      const before = await world.page()
      const stream = await world.stream()
      await stream.status('live')
      rmSync(join(world.folder, what), { recursive: true })
      await waitFor('the folder to be made again', isMade)
      expect(error.mock.calls).toMatchObject([
        [
          { folder: join(world.folder, 'store'), err: { code: 'STATE_CORRUPT' } },
          expect.anything(),
        ],
      ])
      await stream.ended()
      expect(stream.raw).toContain('urn:facts:history-broken')
      expect((await world.page()).events).toEqual(before.events)
      const third = before.events[2]?.cursor ?? ''
      expect((await world.page(`?cursor=${third}`)).events).toEqual(before.events.slice(3))
      error.mockRestore()
    },
  )

  test('R61: has its index again', async () => {
    const covered = `?start=snapshot&where=${encodeURIComponent('secondaryId == 7')}`
    const before = await world.page(covered)
    expect(before.events.length).toBe(5)
    for (const name of ['store', 'store-index']) {
      rmSync(join(world.folder, name), { recursive: true })
    }
    await waitFor('the folder to be made again', isMade)
    expect((await world.page(covered)).events).toEqual(before.events)
    expect(existsSync(join(world.folder, 'store-index', 'data.mdb'))).toBe(true)
  })

  test('R27: what was made again is what the next start finds', async () => {
    const { cursor } = await world.page('?page_size=2')
    rmSync(join(world.folder, 'store'), { recursive: true })
    await waitFor('the folder to be made again', isMade)
    await world.close()
    await world.open()
    expect((await world.get(`${PAGES}?cursor=${cursor}`)).status).toBe(200)
  })
})

describe('the folder of a server', () => {
  const temporary = temporaryFolder()
  const logger = createLogger({ level: 'silent', format: 'json' })
  let folder: FeedFolder | undefined
  afterEach(() => {
    folder?.close()
    jest.restoreAllMocks()
  })

  const open = (secret?: string): FeedFolder => {
    const path = join(temporary.path, 'feed')
    return (folder = new FeedFolder({ path, secret, logger, lookMs: 5 }))
  }
  const kept = (name: string): string => join(temporary.path, 'feed', name)

  test('advises a secret in the configuration, and no more when there is one', () => {
    const info = jest.spyOn(logger, 'info')
    open().close()
    expect(info.mock.calls).toMatchObject([
      [{ file: kept('cursor-secret') }, expect.stringContaining('FACTS_FEED_SECRET')],
    ])
    info.mockClear()
    open('configured, and long enough for every server')
    expect(info).not.toHaveBeenCalled()
  })

  test('is written again when it is deleted, so that the next start honours the cursors', async () => {
    const error = jest.spyOn(logger, 'error')
    const { secret, serverId } = open()
    rmSync(join(temporary.path, 'feed'), { recursive: true })
    await waitFor('both files', () =>
      ['cursor-secret', 'server-id'].every((name) => existsSync(kept(name))),
    )
    folder?.close()
    expect(error.mock.calls.map(([at]) => at)).toEqual([
      { file: kept('cursor-secret') },
      { file: kept('server-id') },
    ])
    const again = open()
    expect([again.secret, again.serverId]).toEqual([secret, serverId])
  })

  test('does not hold a secret that is configured', async () => {
    open('configured, and long enough for every server')
    rmSync(join(temporary.path, 'feed'), { recursive: true })
    await waitFor('the id', () => existsSync(kept('server-id')))
    expect(existsSync(kept('cursor-secret'))).toBe(false)
    expect(readFileSync(kept('server-id'), 'utf8').trim()).toBe(folder?.serverId)
  })
})
