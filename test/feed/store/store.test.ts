import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FactStore } from '../../../src/feed/store/fact-store'
import type { LogRecord } from '../../../src/topology/record'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES, TOPIC } from '../feed-world'

const TOPIC_NAME = 'facts'

function record(
  offset: number,
  key: string,
  options: { value?: string | null; type?: string; time?: number } = {},
): LogRecord {
  const { value = `${key}@${offset}`, type = 'updated', time = offset } = options
  return {
    topic: TOPIC_NAME,
    partition: 0,
    offset: BigInt(offset),
    key: Buffer.from(key),
    timestamp: 0n,
    value: value === null ? null : Buffer.from(value),
    headers: { ce_type: `a.fact.${type}`, ce_time: new Date(time * 1000).toISOString() },
  }
}

describe('the store of a feed', () => {
  const temporary = temporaryFolder()
  const stores: FactStore[] = []
  const open = (partitions = 1): FactStore => {
    const store = new FactStore(join(temporary.path, 'store'), TOPIC_NAME, partitions)
    stores.push(store)
    return store
  }
  afterEach(() => {
    for (const store of stores.splice(0)) store.close()
  })
  const offsets = (store: FactStore): bigint[] =>
    [...store.rowsFrom(0, 0n, 1_000n)].map(({ offset }) => offset)

  test('links each record to the one of the same key before it', () => {
    const store = open()
    store.ingest([record(0, 'a'), record(1, 'b'), record(4, 'a'), record(7, 'a')])
    expect(store.row(0, 7n)).toMatchObject({ previous: 4n, value: Buffer.from('a@7') })
    expect(store.row(0, 4n)?.previous).toBe(0n)
    expect(store.row(0, 1n)?.previous).toBeUndefined()
    expect(store.latestOf(0, Buffer.from('a'))).toBe(7n)
    expect(store.positions()).toMatchObject([{ next: 8n }])
  })

  test('resumes where it ended, and ingests nothing twice', () => {
    open().ingest([record(0, 'a'), record(1, 'b')])
    const again = open()
    expect(again.positions()).toMatchObject([{ next: 2n }])
    again.ingest([record(1, 'b'), record(2, 'a')])
    expect(again.row(0, 2n)?.previous).toBe(0n)
    expect(offsets(again)).toEqual([0n, 1n, 2n])
  })

  test('refuses a process that another one has taken it over from', () => {
    const first = open()
    open().ingest([record(0, 'a')])
    expect(() => first.ingest([record(0, 'a')])).toThrow(/Another process/)
  })

  test('trims what the topic has lost, and holds what a store does that was never given it', () => {
    const store = open()
    store.ingest([
      record(0, 'a'),
      record(1, 'b'),
      record(2, 'a'),
      record(3, 'gone', { type: 'deleted' }),
      record(4, 'c'),
      record(5, 'a'),
      record(6, 'c'),
    ])
    store.trim(0, 5n, 100)
    expect(offsets(store)).toEqual([5n, 6n])
    const latest = ['a', 'b', 'c', 'gone'].map((key) => store.latestOf(0, Buffer.from(key)))
    expect(latest).toEqual([5n, undefined, 6n, undefined])
    expect(store.keysAfter(0, undefined, 10).map(({ key }) => String(key))).toEqual(['a', 'c'])
    store.trim(0, 7n, 100)
    expect(offsets(store)).toEqual([])
    expect(store.lowest()).toEqual([{ offset: 7n, time: 6_000_000n }])
  })

  test('trims in steps that end where they have to', () => {
    const store = open()
    store.ingest(Array.from({ length: 25 }, (_, index) => record(index, 'a')))
    expect([store.trim(0, 20n, 8), store.trim(0, 20n, 8), store.trim(0, 20n, 8)]).toEqual([
      false,
      false,
      true,
    ])
    expect(offsets(store)).toEqual([20n, 21n, 22n, 23n, 24n])
  })

  test('does not take markers at the end of a trimmed topic for lost facts', () => {
    const store = open()
    store.ingest([record(0, 'a'), record(1, 'a')])
    store.setSeen(new Map([[0, 3n]]))
    store.trim(0, 3n, 100)
    expect(store.lowest()).toMatchObject([{ offset: 2n }])
    expect(open().seen()).toEqual([3n])
  })

  test('refuses a folder of another topic or number of partitions', () => {
    open()
    expect(() => open(2)).toThrow(/partitions/)
    expect(() => new FactStore(join(temporary.path, 'store'), 'another', 1)).toThrow(/facts/)
  })

  test('finds a damaged value', () => {
    open().ingest([record(0, 'a', { value: 'the value to damage' })])
    for (const store of stores.splice(0)) store.close()
    damage(join(temporary.path, 'store'), 'the value to damage')
    const again = open()
    expect(() => again.row(0, 0n)).toThrow(/damaged/)
  })
})

function damage(folder: string, text: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    const bytes = readFileSync(file)
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at] = 0
    writeFileSync(file, bytes)
  }
}

describe('a feed whose store was lost', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
    for (let id = 1n; id <= 5n; id += 1n) await world.write({ id, notes: 'the value to damage' })
    await world.write({ id: 1n, notes: 'again' })
  })
  afterEach(() => world.stop())

  const events = async (): Promise<readonly unknown[]> => (await world.page()).events

  test('R27: to damage rebuilds it from the topic', async () => {
    const before = await events()
    const { cursor } = await world.page('?page_size=3')
    await world.close()
    damage(join(world.folder, 'store'), 'the value to damage')
    await world.open()
    const isWhole = async (): Promise<boolean> =>
      (await world.get(PAGES)).status === 200 && (await events()).length === before.length
    await waitFor('the feed to be whole', isWhole)
    expect(await events()).toEqual(before)
    expect((await world.get(`${PAGES}?cursor=${cursor}`)).status).toBe(200)
  })

  test('R27: to another file in its place rebuilds it', async () => {
    const before = await events()
    await world.close()
    writeFileSync(
      join(world.folder, 'store', 'data.mdb'),
      'something else altogether, and long enough',
    )
    await world.open()
    expect(await events()).toEqual(before)
  })

  test('R25, R40: to a gap in the topic before it was read begins after the gap', async () => {
    const { cursor } = await world.page()
    await world.close()
    await world.write(
      ...Array.from({ length: 9 }, (_, index) => ({ id: BigInt(index + 1), quantity: 1 })),
    )
    for (const { partition, high } of world.broker.partitionsOf(TOPIC) ?? []) {
      world.broker.partition(TOPIC, partition).deleteBefore(high - 2)
    }
    await world.open()
    expect((await world.get(`${PAGES}?cursor=${cursor}`)).status).toBe(410)
    expect((await world.page()).events.length).toBeGreaterThan(0)
  })
})
