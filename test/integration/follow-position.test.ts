import type { ClientBase } from 'pg'
import { PostgresPosition, TransactionalPosition } from '../../src/client'
import type { FollowerPosition } from '../../src/client/position/position-store'
import { FeedWorld } from '../feed/feed-world'
import { CuttingProxy } from '../client/cutting-proxy'
import { Following } from '../client/following'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { withClient } from '../support/with-client'

const EVENTS = 400

let stack: TestStack
let url: string
let world: FeedWorld

jest.setTimeout(180_000)
beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
  url = stack.endpoints.database.url
  world = await FeedWorld.start()
  await sql('CREATE TABLE taken (place serial, subject text, quantity int)')
}, 120_000)
afterAll(async () => {
  await world.stop()
  await stack.stop()
}, 60_000)
afterEach(() => sql('TRUNCATE taken'))

const sql = <Row extends object>(statement: string): Promise<readonly Row[]> =>
  withClient(url, async (client) => (await client.query<Row>(statement)).rows)
const place = (cursor: string): FollowerPosition => ({
  feed: 'primary',
  cursor,
  kept_at: '2026-01-02T03:04:05.000Z',
})
const cursorOf = async (name: string): Promise<string | null | undefined> => {
  const rows = await sql<{ name: string; cursor: string | null }>(
    'SELECT name, cursor FROM facts_follower_position',
  )
  return rows.find((row) => row.name === name)?.cursor
}
const taken = (): Promise<readonly { subject: string; quantity: number }[]> =>
  sql('SELECT subject, quantity FROM taken ORDER BY place')

type Event = Following['seen'][number]
const take = async ({ data }: Event, client: ClientBase): Promise<void> => {
  const { id, quantity } = data
  await client.query('INSERT INTO taken (subject, quantity) VALUES ($1, $2)', [id, quantity])
}

describe('a position in PostgreSQL', () => {
  test('makes its table, though several followers begin at once', async () => {
    await sql('DROP TABLE IF EXISTS facts_follower_position')
    const names = Array.from({ length: 8 }, (_, n) => `beginner ${n}`)
    const positions = names.map((name) => new PostgresPosition({ url, name }))
    const records = await Promise.all(positions.map((position) => position.open()))
    expect(new Set(records.map(({ cursor }) => cursor))).toEqual(new Set([null]))
    await Promise.all(positions.map((position, n) => position.keep(place(`cursor ${n}`))))
    await Promise.all(positions.map((position) => position.close()))
    expect(await Promise.all(names.map(cursorOf))).toEqual(names.map((_, n) => `cursor ${n}`))
  })

  test('is kept from process to process, with the last health check', async () => {
    const first = new PostgresPosition({ url, name: 'kept' })
    await first.open()
    await first.keep(place('a'))
    const health = { ping: 'ping', healthcheck_ts: '2026-01-02T03:04:06.000Z' }
    expect(await first.check(health)).toEqual({ ...place('a'), ...health })
    await first.close()
    const second = new PostgresPosition({ url, name: 'kept' })
    expect(await second.open()).toEqual({ ...place('a'), ...health })
    await second.close()
  })

  test('belongs to the follower that started last: another one that still runs writes nothing', async () => {
    const old = new TransactionalPosition({ url, name: 'taken over' })
    const young = new TransactionalPosition({ url, name: 'taken over' })
    await old.open()
    await old
      .handled(place('a'), async () => {
        expect((await young.open()).cursor).toBeNull()
      })
      .then(
        () => expect('committed').toBe('refused'),
        (error: unknown) => expect(error).toMatchObject({ code: 'POSITION_TAKEN' }),
      )
    await young.handled(place('b'), () => Promise.resolve())
    await expect(old.keep(place('c'))).rejects.toMatchObject({ code: 'POSITION_TAKEN' })
    await Promise.all([old.close(), young.close()])
    expect(await cursorOf('taken over')).toBe('b')
  })

  test('may be used by a role that cannot create tables, and says so when there is none', async () => {
    await sql(
      'CREATE ROLE follower LOGIN; GRANT SELECT, INSERT, UPDATE ON facts_follower_position TO follower',
    )
    await sql(`ALTER ROLE follower PASSWORD 'follower'`)
    const limited = new URL(url)
    limited.username = limited.password = 'follower'
    const position = new PostgresPosition({ url: limited.href, name: 'limited' })
    await position.open()
    await position.keep(place('a'))
    await position.close()
    expect(await cursorOf('limited')).toBe('a')
    await sql('ALTER TABLE facts_follower_position RENAME TO aside')
    const refused = new PostgresPosition({ url: limited.href, name: 'limited' })
    await expect(refused.open()).rejects.toMatchObject({
      code: 'POSITION_INVALID',
      message: expect.stringContaining('permission denied'),
    })
    await refused.close()
    await sql('ALTER TABLE aside RENAME TO facts_follower_position')
  })

  test('is waited for while PostgreSQL cannot be reached', async () => {
    const proxy = await CuttingProxy.start(() => url.replace(/^postgres(ql)?/, 'http'))
    const proxied = new URL(url)
    proxied.port = new URL(proxy.url).port
    const position = new PostgresPosition({ url: proxied.href, name: 'waiting' })
    await proxy.stop()
    const following = new Following({ url: world.url, position, until: 'head' })
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (following.all('position-unavailable').length < 3) return
        clearInterval(timer)
        resolve()
      }, 10)
    })
    expect(following.all('position-unavailable')[0]?.error).toMatchObject({
      code: 'POSITION_UNAVAILABLE',
    })
    expect(await following.stop()).toBeUndefined()
  })
})

describe('a handler in the transaction of its position', () => {
  test('has done its work when the position is after it, and nothing when it failed', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    let failures = 2
    const following = new Following<ClientBase>({
      url: world.url,
      until: 'head',
      where: 'id == 1',
      position: new TransactionalPosition({ url, name: 'failing' }),
      handle: async (event, client) => {
        await take(event, client)
        failures -= 1
        if (failures >= 0) throw new Error('after the insert')
      },
    })
    expect(await following.ended).toBeUndefined()
    expect((await taken()).map(({ quantity }) => quantity)).toEqual([1, 2])
    expect(following.all('handler-failed')).toHaveLength(2)
  })

  test('that swallowed an error of SQL has failed, and its event is redelivered', async () => {
    let isFirst = true
    const following = new Following<ClientBase>({
      url: world.url,
      until: 'head',
      where: 'id == 1',
      position: new TransactionalPosition({ url, name: 'swallowing' }),
      handle: async (event, client) => {
        await take(event, client)
        if (isFirst) await client.query('SELECT nonsense').catch(() => undefined)
        isFirst = false
      },
    })
    expect(await following.ended).toBeUndefined()
    expect(await taken()).toHaveLength(2)
    expect(following.all('handler-failed')).toHaveLength(1)
  })

  test('takes every event exactly once, wherever its connections to PostgreSQL and to the feed are cut', async () => {
    const written = Array.from({ length: EVENTS }, (_, n) => ({
      id: BigInt(100 + (n % 7)),
      quantity: n + 1,
    }))
    await world.write(...written)
    const random = (least: number, most: number) => (): number =>
      least + Math.floor(Math.random() * (most - least))
    const database = await CuttingProxy.start(() => url.replace(/^postgres(ql)?/, 'http'))
    const feed = await CuttingProxy.start(() => world.url)
    // A connection's first answers take about 500 bytes, each event 40: COMMIT's own answer is among what is lost.
    database.cutAfter = random(300, 1_200)
    feed.cutAfter = random(2_000, 30_000)
    const proxied = new URL(url)
    proxied.port = new URL(database.url).port
    const following = new Following<ClientBase>({
      url: feed.url,
      where: 'id >= 100',
      until: 'head',
      position: new TransactionalPosition({ url: proxied.href, name: 'exactly once' }),
      handle: take,
    })
    expect(await following.ended).toBeUndefined()
    await Promise.all([database.stop(), feed.stop()])
    const expected: Record<string, number[]> = {}
    for (const { id, quantity } of written) (expected[String(id)] ??= []).push(quantity)
    const found: Record<string, number[]> = {}
    for (const { subject, quantity } of await taken()) (found[subject] ??= []).push(quantity)
    expect(found).toEqual(expected)
    expect(database.cuts).toBeGreaterThan(20)
    expect(feed.cuts).toBeGreaterThan(3)
    console.info(`cuts: ${database.cuts} of PostgreSQL, ${feed.cuts} of the feed`)
  })
})
