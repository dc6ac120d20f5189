import fc from 'fast-check'
import { FilterCompiler } from '../../../src/feed/filter/filter'
import { Scopes } from '../../../src/feed/select/scope'
import { compileSelection } from '../../../src/feed/select/selection'
import type { Choice } from '../../../src/feed/filter/equality'
import { schemas } from '../../../src/wildapp/gen/schemas'
import type { SeenPage, WrittenFact } from '../feed-world'
import { FeedWorld } from '../feed-world'

const where = (filter: string): string => `where=${encodeURIComponent(filter)}`
/** The same set, which is searched for. */
const SEARCHED: Readonly<Record<string, string>> = {
  'id == 9': '!(id != 9)',
  'id in [3, 9, 400]': '!(id != 3 && id != 9 && id != 400)',
}

describe('R61: what a filter asks of a key', () => {
  const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
  test.each<[string, readonly Choice[]]>([
    ['id == 9', [{ field: 'id', values: ['9'] }]],
    ['9 == fact.id', [{ field: 'id', values: ['9'] }]],
    ['id in [3, -9, 3]', [{ field: 'id', values: ['3', '-9'] }]],
    ['id == 9 || id == 3 || id in [9, 4]', [{ field: 'id', values: ['9', '3', '4'] }]],
    ['verified && id in [9]', [{ field: 'id', values: ['9'] }]],
    ['header.subject == "9"', [{ field: 'header.subject', values: ['9'] }]],
    ['id == 9 || verified', []],
    ['!(id in [9])', []],
    ['id in [9, quantity + 1]', []],
    ['id in [quantity == 1 ? 3 : 4]', []],
    ['9 in [id]', []],
    ['id != 9', []],
  ])('%s', (filter, expected) => {
    expect(compiler.compile(filter).choices.filter(({ field }) => field !== 'verified')).toEqual(
      expected,
    )
  })
})

test('R61: the key is asked for by a field only where that is one whole number', () => {
  const fullName = 'wildapp.primary.v1.Primary'
  const subjects = (where: string, ...keyFields: readonly string[]): unknown => {
    const scope = new Scopes({ fullName, schemas, keyFields }).of({})
    const message = { fullName, schemas, keyFields, indexes: [], scope }
    return compileSelection({ where }, message).subjects?.map(String)
  }
  expect(subjects('id == 9', 'id')).toEqual(['9'])
  expect(subjects('externalId == "A-9"', 'externalId')).toBeUndefined()
  expect(subjects('status == "STATUS_ACTIVE"', 'status')).toBeUndefined()
  expect(subjects('id == 9', 'id', 'secondaryId')).toBeUndefined()
  expect(subjects('header.subject == "9,7"', 'id', 'secondaryId')).toEqual(['9,7'])
})

describe('R61: a set that the key covers', () => {
  let world: FeedWorld
  afterEach(() => world.stop())

  const changes = ({ events }: Pick<SeenPage, 'events'>): unknown[] =>
    events.map(({ type, data, snapshot }) => [type, data, snapshot])

  test('costs what its subjects do', async () => {
    world = await FeedWorld.start()
    const facts = Array.from({ length: 420 }, (_, n): WrittenFact => ({ id: BigInt(n) }))
    await world.write(...facts)
    const read = async (query: string): Promise<readonly number[]> => {
      const { events, stats } = await world.page(`?page_size=1000&${query}`)
      return [events.length, stats.read]
    }
    expect(await read(where('id == 9'))).toEqual([1, 1])
    expect(await read(where('verified == false && 9 == fact.id'))).toEqual([1, 1])
    expect(await read(where('id in [3, 9, 1000]'))).toEqual([2, 2])
    expect(await read(where('header.subject == "9"'))).toEqual([1, 1])
    expect(await read(`start=snapshot&${where('id == 9')}`)).toEqual([1, 1])
    expect(await read(`start=snapshot&${where('id == 1000')}`)).toEqual([0, 0])
    expect(await read(where('!(id != 9)'))).toEqual([1, 420])
    const stream = await world.stream(`?start=earliest&status=true&${where('id == 9')}`)
    await stream.status('live')
    await world.write(...facts.slice(0, 20))
    const events = (await stream.next(2)).map(({ data }) => [data.type, data.stats.read])
    expect(events).toEqual([
      ['add', 1],
      ['update', 1],
    ])
  })

  test('is the same set after any history of its rows, interrupted anywhere', async () => {
    const fact = fc.record({
      id: fc.constantFrom(3n, 4n, 9n, 400n),
      quantity: fc.nat(3),
      kind: fc.constantFrom('updated', 'updated', 'deleted' as const),
    })
    world = await FeedWorld.start()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...Object.keys(SEARCHED)),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(3),
        async (facts, filter, size, trim) => {
          await world.stop()
          world = await FeedWorld.start()
          for (const one of facts) await world.write(one)
          if (facts.some(({ id }) => id === 9n) && trim > 0) await world.trimmed(9n, 1)
          const searched = SEARCHED[filter] ?? ''
          for (const start of ['start=earliest', 'start=snapshot']) {
            const whole = await world.page(`?page_size=1000&${start}&${where(searched)}`)
            const parts: unknown[] = []
            let page = await world.page(`?page_size=${size}&${start}&${where(filter)}`)
            for (;;) {
              parts.push(...changes(page))
              if (!page.has_next) break
              page = await world.page(`?page_size=${size}&cursor=${page.cursor}&${where(filter)}`)
            }
            expect(parts).toEqual(changes(whole))
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  test('resumes after its cursor, up to the head', async () => {
    world = await FeedWorld.start()
    await world.write({ id: 9n, title: 'a' }, { id: 8n })
    const { cursor } = await world.page(`?${where('id == 9')}`)
    await world.write({ id: 8n }, { id: 9n, title: 'b' }, { id: 9n, kind: 'deleted' })
    const next = await world.page(`?cursor=${cursor}&${where('id == 9')}`)
    expect([next.events.map(({ type }) => type), next.has_next]).toEqual([
      ['update', 'remove'],
      false,
    ])
    const head = await world.page(`?cursor=${next.cursor}&${where('id == 9')}`)
    expect([head.events, head.stats.read, head.has_next]).toEqual([[], 0, false])
  })

  test('is searched for where its subject has changed too often to be followed back', async () => {
    world = await FeedWorld.start({ partitions: 1 })
    const facts = Array.from({ length: 1_100 }, (_, n) => ({ id: 9n, quantity: n }))
    await world.write({ id: 8n }, ...facts, { id: 8n })
    const { events } = await world.page(`?page_size=2000&${where('id == 9')}`)
    expect(events).toHaveLength(1_100)
    expect(events.at(-1)?.data['quantity']).toBe(1_099)
  })

  test('gets only its own rows at the head', async () => {
    world = await FeedWorld.start()
    const stream = await world.stream(`?${where('id == 9')}`)
    await stream.status('live')
    await world.write(...Array.from({ length: 50 }, (_, n) => ({ id: BigInt(n) })))
    await world.write({ id: 9n, kind: 'deleted' })
    const events = (await stream.next(2)).map(({ data }) => [data.type, data.stats.read])
    expect(events).toEqual([
      ['add', 1],
      ['remove', 1],
    ])
  })
})
