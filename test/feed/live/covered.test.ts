import fc from 'fast-check'
import type { Change } from '../../../src/feed/event/change'
import type { Equality } from '../../../src/feed/filter/equality'
import { FilterCompiler } from '../../../src/feed/filter/filter'
import { FilterRun, MOST_STEPS } from '../../../src/feed/filter/filter-run'
import type { HeadReader } from '../../../src/feed/live/head-readers'
import { HeadReaders } from '../../../src/feed/live/head-readers'
import type { Image } from '../../../src/feed/image/image'
import { SubjectIndex } from '../../../src/feed/store/subject-index'
import { schemas } from '../../../src/wildapp/gen/schemas'
import type { SeenPage, WrittenFact } from '../feed-world'
import { FeedWorld } from '../feed-world'

const COVERED = 'secondaryId == 7'
/** The same set, which no index is found for. */
const UNCOVERED = '!(secondaryId != 7)'
const where = (filter: string): string => `where=${encodeURIComponent(filter)}`

describe('what a filter asks of single fields', () => {
  const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
  test.each<[string, readonly Equality[]]>([
    ['secondaryId == 7', [{ field: 'secondaryId', value: '7' }]],
    ['7 == fact.secondaryId', [{ field: 'secondaryId', value: '7' }]],
    ['secondaryId == -7', [{ field: 'secondaryId', value: '-7' }]],
    ['status == "STATUS_ACTIVE"', [{ field: 'status', value: 'STATUS_ACTIVE' }]],
    ['verified == true', [{ field: 'verified', value: 'true' }]],
    ['header.revision == 5u', [{ field: 'header.revision', value: '5' }]],
    ['secondary.name == "a"', [{ field: 'secondary.name', value: 'a' }]],
    [
      'secondaryId == 7 && (quantity > 3 && title == "x")',
      [
        { field: 'secondaryId', value: '7' },
        { field: 'title', value: 'x' },
      ],
    ],
    ['secondaryId == 7 || quantity > 3', []],
    ['!(secondaryId == 7)', []],
    ['secondaryId == id', []],
    ['secondaryId + 1 == 7', []],
    ['score == 1.0', []],
    ['(quantity > 3 ? secondaryId == 7 : true)', []],
    ['labels.exists(label, label == "a")', []],
  ])('R61: %s', (filter, expected) => {
    expect(compiler.compile(filter).equalities).toEqual(expected)
  })
})

describe('readers at the head', () => {
  const image = (secondaryId: bigint): Image => ({ context: { secondaryId } }) as unknown as Image
  const change = (previous: bigint | undefined, next: bigint): Change =>
    ({
      previous: previous === undefined ? undefined : image(previous),
      next: image(next),
    }) as unknown as Change

  test('R61: are given what their value had to do with, before or after, and nothing else', () => {
    const readers = new HeadReaders()
    const taken: string[] = []
    const join = (value: string | undefined): void =>
      readers.add({
        cover: value === undefined ? undefined : { field: 'secondaryId', value },
        take: ({ next }) => taken.push(`${value ?? 'all'} ${String(next?.context['secondaryId'])}`),
        flush: () => undefined,
        stepBack: () => undefined,
      })
    for (const value of ['7', '8', undefined]) join(value)
    for (const one of [change(undefined, 7n), change(7n, 8n), change(8n, 8n), change(8n, 9n)])
      readers.take(one, [], () => [])
    expect(taken.sort()).toEqual([
      '7 7',
      '7 8',
      '8 8',
      '8 8',
      '8 9',
      'all 7',
      'all 8',
      'all 8',
      'all 9',
    ])
  })

  test('are counted, and forgotten when they leave', () => {
    const readers = new HeadReaders()
    const cover = { field: 'secondaryId', value: '7' }
    let taken = 0
    const reader = (take: () => void): HeadReader => ({
      cover,
      take,
      flush: () => undefined,
      stepBack: () => undefined,
    })
    const [one, other] = [0, 1].map(() => reader(() => (taken += 1)))
    for (const some of [one!, other!, { ...reader(() => undefined), cover: undefined }])
      readers.add(some)
    readers.delete(one!)
    readers.delete(one!)
    expect(readers.size).toBe(2)
    readers.take(change(7n, 7n), [], () => [])
    readers.delete(other!)
    readers.take(change(7n, 7n), [], () => [])
    expect([taken, readers.size]).toEqual([1, 1])
  })

  test('leave a reader that would delay the others before the change', () => {
    const readers = new HeadReaders()
    const taken: string[] = []
    const left: unknown[] = []
    const join = (name: string, facts: number): void =>
      readers.add({
        cover: undefined,
        take: () => {
          taken.push(name)
          for (let n = 0; n < facts; n += 1) new FilterRun({}).spend(MOST_STEPS)
        },
        flush: () => undefined,
        stepBack: (positions) => left.push([name, positions]),
      })
    join('slow', 3)
    join('next', 0)
    const before = [{ next: 4n, check: 0 }]
    readers.take(change(7n, 7n), [{ next: 5n, check: 0 }], () => before)
    expect([taken, left]).toEqual([['slow'], [['next', before]]])
  })

  test('hand on what they have taken once nothing follows at once, and only those who took', () => {
    const readers = new HeadReaders()
    const changes: string[] = []
    for (const value of ['7', '8']) {
      const cover = { field: 'secondaryId', value }
      readers.add({
        cover,
        take: () => changes.push(`take ${value}`),
        flush: () => changes.push(value),
        stepBack: () => undefined,
      })
    }
    readers.take(change(7n, 7n), [], () => [])
    readers.take(change(7n, 7n), [], () => [])
    readers.flush([])
    readers.flush([])
    expect(changes).toEqual(['take 7', 'take 7', '7'])
  })
})

describe('a set that an index covers', () => {
  let world: FeedWorld
  afterEach(() => world.stop())

  const changes = ({ events }: SeenPage): unknown[] =>
    events.map(({ type, data, snapshot }) => [type, data, snapshot])
  const snapshot = (filter: string, query = ''): Promise<SeenPage> =>
    world.page(`?start=snapshot&page_size=16000&${where(filter)}${query}`)

  test('R61: is the same set after any history of its rows', async () => {
    const fact = fc.record({
      id: fc.bigInt(1n, 12n),
      secondaryId: fc.constantFrom(6n, 7n, 8n, null),
      kind: fc.constantFrom('updated', 'updated', 'updated', 'deleted' as const),
    })
    const history = fc.array(fact, { minLength: 1, maxLength: 60 })
    world = await FeedWorld.start()
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (facts, restarted) => {
        await world.stop()
        world = await FeedWorld.start()
        const filters = [COVERED, UNCOVERED].map((filter) => `?${where(filter)}`)
        const live = await Promise.all(filters.map((filter) => world.stream(filter)))
        await Promise.all(live.map((stream) => stream.status('live')))
        for (const one of facts) await world.write(one)
        const expected = changes(await snapshot(UNCOVERED))
        expect(changes(await snapshot(COVERED))).toEqual(expected)
        const all = changes(await world.page(`?page_size=16000&${where(UNCOVERED)}`))
        for (const stream of live) {
          const events = await stream.next(all.length)
          expect(events.map(({ data }) => [data.type, data.data, data.snapshot])).toEqual(all)
        }
        if (!restarted) return
        await world.close()
        await world.open()
        expect(changes(await snapshot(COVERED))).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  })

  const spread = (count: number): WrittenFact[] =>
    Array.from({ length: count }, (_, n) => ({ id: BigInt(n), secondaryId: BigInt(n % 100) }))

  test('R61: is looked up for a snapshot, not searched for', async () => {
    world = await FeedWorld.start()
    await world.write(...spread(1_000))
    const [covered, uncovered] = [await snapshot(COVERED), await snapshot(UNCOVERED)]
    expect([covered.events.length, covered.stats.read]).toEqual([10, 10])
    expect([uncovered.events.length, uncovered.stats.read]).toEqual([10, 1_000])
  })

  test('R61: gets no other rows at the head', async () => {
    world = await FeedWorld.start()
    const stream = await world.stream(`?${where(COVERED)}`)
    await stream.status('live')
    await world.write(...spread(150))
    expect((await stream.next(2)).map(({ data }) => data.stats.read)).toEqual([1, 1])
  })

  test('R61: can be cut in the middle of its snapshot, and resumed', async () => {
    world = await FeedWorld.start()
    await world.write(...spread(1_000))
    const whole = await snapshot(COVERED)
    const parts: unknown[] = []
    let page = await world.page(`?start=snapshot&page_size=3&${where(COVERED)}`)
    for (;;) {
      parts.push(...changes(page))
      if (!page.has_next) break
      page = await world.page(`?page_size=3&cursor=${page.cursor}&${where(COVERED)}`)
    }
    expect(parts).toEqual(changes(whole))
  })

  test('R61: holds the rows of which the topic has a fact, also when its index was lost', async () => {
    world = await FeedWorld.start({ partitions: 1 })
    await world.write({ id: 1n, secondaryId: 7n })
    await world.write({ id: 2n, secondaryId: 8n })
    await world.write({ id: 2n, secondaryId: 7n })
    await world.trimmed(1n, 3)
    expect((await snapshot(COVERED)).events.map(({ data }) => data['id'])).toEqual(['2'])
    const { decoder } = world.hub.options
    const folder = `${world.folder}/another-index`
    const another = new SubjectIndex({ folder, fields: ['secondaryId'], decoder })
    another.follow(world.hub.history.store)
    await another.advance()
    const seven = { field: 'secondaryId', value: '7' }
    expect(another.subjectsAfter(seven, 0, undefined, 10).map(String)).toEqual(['2'])
    await another.close()
  })

  test('R61: is rebuilt when other fields are indexed', async () => {
    world = await FeedWorld.start({ partitions: 1 })
    await world.write({ id: 1n, secondaryId: 7n, quantity: 5 })
    const { decoder } = world.hub.options
    const folder = `${world.folder}/another-index`
    const found = async (fields: readonly string[], equality: Equality): Promise<string[]> => {
      const index = new SubjectIndex({ folder, fields, decoder })
      index.follow(world.hub.history.store)
      await index.advance()
      const subjects = index.subjectsAfter(equality, 0, undefined, 10).map(String)
      await index.close()
      return subjects
    }
    const seven = { field: 'secondaryId', value: '7' }
    await world.page()
    expect(await found(['secondaryId'], seven)).toEqual(['1'])
    expect(await found(['quantity'], { field: 'quantity', value: '5' })).toEqual(['1'])
    expect(await found(['quantity'], seven)).toEqual([])
  })

  test('R61: GET /feeds names the indexes', async () => {
    world = await FeedWorld.start()
    expect(await world.json('/feeds')).toMatchObject({
      feeds: [{ indexes: ['secondaryId', 'status'] }],
    })
  })
})
