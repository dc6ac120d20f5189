import { FilterCompiler } from '../../../src/feed/filter/filter'
import { projection } from '../../../src/feed/filter/projection'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { FEED, PAGES, Status } from '../feed-world'
import type { Data } from '../rights-world'
import { ACTIVE_ONES, ALL, RightsWorld, SECONDARY, TITLES, changesOf } from '../rights-world'

const [ACTIVE, DRAFT] = [Status.STATUS_ACTIVE, Status.STATUS_DRAFT]

describe('what is not granted', () => {
  let world: RightsWorld
  beforeEach(async () => {
    world = await RightsWorld.start()
  })
  afterEach(() => world.stop())

  test('R57: only granted fields are sent, beside subject and key', async () => {
    await world.write()
    const seen = async (query: string): Promise<Data | undefined> =>
      (await world.page(TITLES, query)).events.find(({ data }) => data['id'] === '3')?.data
    const base = { header: { subject: '3' }, id: '3' }
    const name = { name: 'seven' }
    expect(await seen('')).toEqual({ ...base, title: 'c', secondary: name })
    expect(await seen('?start=snapshot')).toEqual({ ...base, title: 'c', secondary: name })
    expect(await seen('?select=title,quantity,header')).toEqual({ ...base, title: 'c' })
    expect(await seen('?select=secondary')).toEqual({ ...base, secondary: name })
    expect(await seen('?select=quantity')).toEqual(base)
    const [, document] = await world.ask(TITLES, `${PAGES}/facts/3?select=secondary,notes`)
    expect(document['data']).toEqual({ ...base, secondary: name })
    const removed = (await world.page(TITLES)).events.filter(({ type }) => type === 'remove')
    expect(removed.map(({ data }) => data)).toEqual([{ header: { subject: '2' }, id: '2' }])
    const [, listed] = await world.ask(TITLES, '/feeds')
    expect(listed).toMatchObject({ feeds: [{ fields: ['header', 'id', 'title', 'secondary'] }] })
  })

  test('R57: filters cannot ask for what is not shown', async () => {
    await world.write()
    const rights = { ...TITLES, where: 'notes != "z"' }
    const filters = [
      'notes == "x"',
      'fact.notes == "x"',
      'has(fact.notes)',
      'secondary.code == "s"',
      'fact["notes"] == "x"',
      'header.revision > 0u',
      'fact.secondary.active',
      'has(fact.secondary.code)',
      'dyn(fact).notes == "x"',
      'dyn(secondary).code == "s"',
    ]
    for (const filter of filters) {
      const where = encodeURIComponent(filter)
      expect([filter, ...(await world.ask(rights, `${PAGES}?where=${where}`))]).toMatchObject([
        filter,
        400,
        { type: 'urn:facts:filter-invalid' },
      ])
    }
    expect((await world.ask(rights, `${PAGES}?changes_on=notes`))[0]).toBe(400)
    const shown = encodeURIComponent('secondary.name == "seven" && title == "c"')
    expect(changesOf((await world.page(TITLES, `?where=${shown}`)).events)).toBe('add 3')
  })

  test('R57: a change of what is not shown is no change of what holds it', async () => {
    await world.feed.write({ id: 3n, title: 'c', secondary: SECONDARY })
    await world.feed.write({ id: 3n, title: 'c', secondary: { ...SECONDARY, code: 'other' } })
    await world.feed.write({ id: 3n, title: 'c', secondary: { ...SECONDARY, name: 'other' } })
    expect(changesOf((await world.page(TITLES, '?changes_on=secondary')).events)).toBe(
      'add 3,update 3',
    )
    expect((await world.page(ALL, '?changes_on=secondary')).events).toHaveLength(3)
  })

  test('R57: a cursor holds whichever fields are granted, and shows those of now', async () => {
    await world.write()
    const { cursor } = await world.page(ALL, '?page_size=1')
    const { events } = await world.page(TITLES, `?cursor=${cursor}`)
    expect(events).toHaveLength(4)
    expect(JSON.stringify(events)).not.toMatch(/secret|STATUS/)
  })

  test('R58: what is outside the granted set is not counted', async () => {
    const read = async (query = ''): Promise<number> =>
      (await world.page(ACTIVE_ONES, query)).stats.read
    const client = await world.stream(ACTIVE_ONES)
    await client.status('live')
    await world.write()
    expect(await read()).toBe(3)
    expect(await read('?start=snapshot')).toBe(1)
    expect((await world.page(ALL)).stats.read).toBe(5)
    await world.feed.write({ id: 8n, status: DRAFT }, { id: 9n, status: DRAFT })
    await world.feed.write({ id: 3n, status: ACTIVE })
    const events = await client.next(4)
    expect(events.map(({ data }) => data.stats.read)).toEqual([1, 1, 1, 1])
    expect((await world.page(ACTIVE_ONES)).events.map(({ stats }) => stats.read)).toEqual([
      1, 1, 1, 1,
    ])
    // A delete has no values left: by them alone it would seem to be inside.
    const unverified = { feeds: [FEED], where: '!verified' }
    const { cursor } = await world.page(unverified)
    await world.feed.write({ id: 20n, verified: true }, { id: 20n, kind: 'deleted' })
    expect((await world.page(unverified, `?cursor=${cursor}`)).stats.read).toBe(0)
  })

  test('R30, R58: a grant that takes too long on a fact does not reveal which one', async () => {
    const labels = Array.from({ length: 4_000 }, (_, n) => `zz${n}`)
    await world.feed.write({ id: 77n, notes: 'y'.repeat(100_000), labels })
    const rights = { feeds: [FEED], where: 'labels.exists(l, notes.contains(l))' }
    const [status, body] = await world.ask(rights, PAGES)
    expect([status, body['type']]).toEqual([403, 'urn:facts:not-allowed'])
    expect(JSON.stringify(body)).not.toContain('77')
  })

  test('R58: cursors do not reveal positions, and are the same for the same position', async () => {
    const positions = (cursor: string): string =>
      Buffer.from(cursor, 'base64url').subarray(1, -16).toString('hex')
    await world.write()
    const [before, again] = [await world.page(ALL), await world.page(ALL)]
    expect(again.cursor).toBe(before.cursor)
    await world.feed.write({ id: 3n })
    const after = await world.page(ALL)
    const [one, other] = [positions(before.cursor), positions(after.cursor)]
    const equal = Array.from(one).filter((digit, index) => digit === other[index]).length
    expect(equal).toBeLessThan(one.length / 2)
    expect((await world.page(ALL, `?cursor=${before.cursor}`)).events).toHaveLength(1)
  })

  test('R57: values that are not granted do not reach a filter, against any schema that it was checked with', () => {
    const image = { context: { id: 1n, notes: 'x' } } as never
    const holds = (visible: readonly string[]): boolean =>
      new FilterCompiler('wildapp.primary.v1.Primary', schemas, projection([visible])).compile(
        'notes == "x"',
      )(image)
    expect([holds(['notes']), holds(['id'])]).toEqual([true, false])
  })
})
