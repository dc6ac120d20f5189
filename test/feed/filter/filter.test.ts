import fc from 'fast-check'
import { FilterCompiler } from '../../../src/feed/filter/filter'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { FeedWorld, PAGES, Status } from '../feed-world'

interface Refusal {
  readonly type: string
  readonly detail: string
  readonly position?: number
  readonly field?: string
  readonly parameter?: string
}

describe('choosing', () => {
  let world: FeedWorld
  beforeAll(async () => {
    world = await FeedWorld.start()
    await world.write(
      {
        id: 1n,
        title: 'alpha',
        status: Status.STATUS_ACTIVE,
        quantity: 5,
        score: 1.5,
        labels: ['x', 'y'],
        secondaryId: 7n,
        createdAt: { seconds: 1_700_000_000n, nanos: 0 },
        amount: '12.50',
        secondary: {
          id: 7n,
          name: 'seven',
          code: 's',
          rating: null,
          tags: ['t'],
          settings: '{}',
          active: true,
          tertiary: { id: 'u', name: 'ter', region: 1, foundedOn: null, opensAt: null },
        },
      },
      { id: 2n, title: 'beta', status: Status.STATUS_DRAFT, quantity: 2 },
    )
  })
  afterAll(() => world.stop())

  const matching = async (filter: string): Promise<string> => {
    const page = await world.page(`?where=${encodeURIComponent(filter)}`)
    return page.events.map(({ data }) => String(data['id'])).join()
  }
  const refusal = async (query: string): Promise<Refusal> => {
    const response = await world.get(`${PAGES}?${query}`)
    expect([query, response.status]).toEqual([query, 400])
    return (await response.json()) as Refusal
  }
  const wrong = (filter: string): Promise<Refusal> => refusal(`where=${encodeURIComponent(filter)}`)

  test.each([
    ['status == "STATUS_ACTIVE"', '1'],
    ['secondaryId == 7', '1'],
    ['fact.secondary.tertiary.region == "REGION_NORTH"', '1'],
    ['secondary.name.startsWith("se") && "y" in labels', '1'],
    ['labels.exists(l, l == "x") || quantity < 3', '1,2'],
    ['createdAt < timestamp("2026-01-01T00:00:00Z")', '1'],
    ['header.revision > 0u && header.kind == "KIND_UPDATED"', '1,2'],
    ['title.matches("^b.*a$")', '2'],
    ['size(title) == 5', '1'],
    ['double(amount) > 12.0', '1'],
    ['true', '1,2'],
  ])('R28: where=%s', async (filter, expected) => {
    expect(await matching(filter)).toBe(expected)
  })

  test.each([
    ['titel == "a"', { field: 'titel', position: 0 }],
    ['title == 1', { field: 'title == 1', position: 0 }],
    ['quantity > 1 && secondary.nam == "a"', { field: 'nam', position: 26 }],
    ['has(fact.nothing)', { field: 'nothing', position: 0 }],
    ['quantity', {}],
    ['quantity > ', { position: 11 }],
    ['unknown(title)', { position: 0 }],
  ])('R28: a mistake is answered with field and position: %s', async (filter, expected) => {
    const { type, detail, ...members } = await wrong(filter)
    expect(type).toBe('urn:facts:filter-invalid')
    expect(detail.length).toBeGreaterThan(20)
    expect(members).toMatchObject(expected)
  })

  test('R29: a filter that needs an absent field does not hold, and has() tells', async () => {
    expect(await matching('score < 100.0')).toBe('1')
    expect(await matching('!(score < 100.0)')).toBe('')
    expect(await matching('!has(fact.score)')).toBe('2')
    expect(await matching('!has(fact.score) || score < 100.0')).toBe('1,2')
    expect(await matching('secondary.rating == ""')).toBe('')
    expect(await matching('quantity / 0 == 1')).toBe('')
  })

  test('R30: a filter is bounded in length, terms, depth and nested macros', async () => {
    const parts = (count: number, text: string, glue: string): string =>
      Array.from({ length: count }, () => text).join(glue)
    expect((await wrong(`title == "${'a'.repeat(4_096)}"`)).detail).toMatch(/4096 is the most/)
    expect((await wrong(parts(101, 'verified', '||'))).detail).toMatch(/maxAstNodes|limit/i)
    expect((await wrong(`${'('.repeat(30)}verified${')'.repeat(30)}`)).detail).toMatch(/maxDepth/)
    expect((await wrong('labels.exists(a, labels.exists(b, a == b))')).detail).toMatch(
      /nested in another/,
    )
  })

  test('R30: matches takes linear time with patterns that backtrack elsewhere', () => {
    const filter = new FilterCompiler('wildapp.primary.v1.Primary', schemas).compile(
      'title.matches("^(a+)+$")',
    )
    const began = Date.now()
    const context = { title: `${'a'.repeat(50_000)}!` }
    expect(filter({ context } as never)).toBe(false)
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  test('R28, R30: any text compiles or is rejected, and evaluates to true or false', () => {
    const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
    const word = fc.constantFrom(
      ...[
        'title',
        'quantity',
        'fact',
        'labels',
        'has(',
        ')',
        '(',
        '.',
        '==',
        '&&',
        '||',
        '!',
        '"a"',
        '1',
        '1u',
        'in',
      ],
      ...[
        '.exists(x,',
        '.matches(',
        '[',
        ']',
        '{',
        '}',
        '?',
        ':',
        'null',
        'secondary.name',
        '-',
        '+',
        '\\',
        "'",
        'b"',
      ],
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    )
    fc.assert(
      fc.property(text, (filter) => {
        try {
          const holds = compiler.compile(filter)({
            context: { title: 'a', quantity: 1n, labels: [] },
          } as never)
          expect(typeof holds).toBe('boolean')
        } catch (error) {
          expect(error).toMatchObject({ problem: 'filter-invalid' })
        }
      }),
      { numRuns: 3_000 },
    )
  })

  test('R32: select leaves other fields out, but never subject and key', async () => {
    const page = await world.page('?select=title,secondary.name,header.kind')
    expect(page.events.map(({ data }) => data)).toEqual([
      {
        header: { kind: 'KIND_UPDATED', subject: '1' },
        id: '1',
        title: 'alpha',
        secondary: { name: 'seven' },
      },
      { header: { kind: 'KIND_UPDATED', subject: '2' }, id: '2', title: 'beta' },
    ])
    const proto = await world.page('?select=secondary_id')
    expect(proto.events[0]?.data).toEqual({ header: { subject: '1' }, id: '1', secondaryId: '7' })
  })

  test.each([
    ['page_size=0', 'page_size'],
    ['page_size=16001', 'page_size'],
    ['page_size=1e3', 'page_size'],
    ['timeout=45001', 'timeout'],
    ['timeout=60000', 'timeout'],
    ['start=yesterday', 'start'],
    ['start=now&cursor=abc', 'start'],
    ['start=now&start_ts=5', 'start_ts'],
    ['start_ts=2026-01-02', 'start_ts'],
    ['until=tomorrow', 'until'],
    ['colour=red', 'colour'],
    ['start=now&start=earliest', 'start'],
    ['select=nothing', 'select'],
    ['select=', 'select'],
    ['changes_on=title,labels.x', 'changes_on'],
    ['__proto__=1', '__proto__'],
    ['consumer=a%20b', 'consumer'],
  ])('R33: %s is refused by name', async (query, parameter) => {
    expect(await refusal(query)).toMatchObject({ type: 'urn:facts:parameter-invalid', parameter })
  })
})

describe('changes_on', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  test('R31: leaves out updates that changed none of the fields, and nothing else', async () => {
    const secondary = {
      id: 1n,
      code: '',
      rating: null,
      tags: [],
      settings: '',
      active: true,
      tertiary: null,
    }
    await world.write({ id: 1n, title: 'a', quantity: 1 })
    await world.write({ id: 1n, title: 'a', quantity: 2 })
    await world.write({ id: 1n, title: 'b', quantity: 2 })
    await world.write({ id: 1n, title: 'b', secondary: { ...secondary, name: 'n' } })
    await world.write({ id: 1n, title: 'b', secondary: { ...secondary, name: 'm' } })
    await world.write({ id: 1n, kind: 'deleted' })
    await world.write({ id: 1n, title: 'b' })
    const types = async (query: string): Promise<string[]> =>
      (await world.page(query)).events.map(
        ({ type, data }) => `${type} ${String(data['quantity'])}`,
      )
    expect(await types('?changes_on=title')).toEqual([
      'add 1',
      'update 2',
      'remove undefined',
      'add undefined',
    ])
    expect(await types('?changes_on=secondary.name')).toHaveLength(5)
    expect(await types(`?changes_on=title&where=${encodeURIComponent('quantity > 1')}`)).toEqual([
      'add 2',
      'update 2',
      'remove undefined',
    ])
  })
})
