import { facts as generated } from '../../src/gen/messages'
import type { MadeChange } from '../support/debezium-record'
import { COMMITTED_AT, debeziumKey, primaryRow } from '../support/debezium-record'
import type { SeenFact } from '../support/wildapp-world'
import { WildappWorld } from '../support/wildapp-world'

/*
 * What becomes of changes that Debezium delivers again, and of those that it delivers incompletely.
 */
let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

const PLACEHOLDER = '__debezium_unavailable_value'

type Change = Omit<MadeChange, 'table' | 'key'> & { readonly id?: number }

const write = ({ id = 1, ...change }: Change): void => {
  world.change({ table: 'primary', key: { id }, ...change })
}
const insert = (lsn: number, row = primaryRow(1), order = 1): void =>
  write({ op: 'c', after: row, lsn, order })
const update = (lsn: number, row = primaryRow(1), order = 1): void =>
  write({ op: 'u', after: row, lsn, order })
const remove = (lsn: number): void => {
  write({ op: 'd', before: { id: 1 }, lsn })
  world.write('primary', debeziumKey({ id: 1 }), null)
}
const snapshot = (lsn: number, row = primaryRow(1)): void => write({ op: 'r', after: row, lsn })
const titled = (title: string): Record<string, unknown> => primaryRow(1, { title })

const Kind = {
  created: generated.v1.Kind.KIND_CREATED,
  updated: generated.v1.Kind.KIND_UPDATED,
  deleted: generated.v1.Kind.KIND_DELETED,
  snapshot: generated.v1.Kind.KIND_SNAPSHOT,
}
const summary = (facts: readonly SeenFact[]): string[] =>
  facts.map(({ fact }) => `${String(fact.header?.kind)} ${fact.title}`)
const all = async (): Promise<string[]> => summary(await world.allFacts())

describe('a change that is delivered again makes no second fact', () => {
  test('an insert and its updates', async () => {
    for (let round = 0; round < 3; round += 1) {
      insert(10, titled('a'))
      update(20, titled('b'))
      update(30, titled('c'))
    }
    await world.start()
    expect(await all()).toEqual([`${Kind.created} a`, `${Kind.updated} b`, `${Kind.updated} c`])
    expect(await world.drops('duplicate')).toBe(6)
  })

  test('a delete, and the insert before it: what was deleted stays known', async () => {
    for (let round = 0; round < 2; round += 1) {
      insert(10, titled('a'))
      remove(20)
    }
    await world.start()
    expect(await all()).toEqual([`${Kind.created} a`, `${Kind.deleted} `])
    expect(await world.drops('duplicate')).toBe(2)
    expect(await world.drops('tombstone')).toBe(2)
  })

  test('changes of one transaction that share an LSN are distinguished by their order in it', async () => {
    for (let round = 0; round < 2; round += 1) {
      insert(10, titled('a'), 1)
      update(10, titled('b'), 2)
    }
    await world.start()
    expect(await all()).toEqual([`${Kind.created} a`, `${Kind.updated} b`])
  })

  test('also after the process was replaced', async () => {
    insert(10, titled('a'))
    await (await world.start()).stop()
    insert(10, titled('a'))
    update(20, titled('b'))
    await world.start()
    expect(await all()).toEqual([`${Kind.created} a`, `${Kind.updated} b`])
  })
})

test('a lower LSN of another key is no duplicate: only the positions of one key are compared', async () => {
  write({ op: 'c', id: 1, after: primaryRow(1), lsn: 1_000 })
  for (let id = 2; id < 20; id += 1) write({ op: 'c', id, after: primaryRow(id), lsn: 10 + id })
  await world.start()
  expect(await world.allFacts()).toHaveLength(19)
})

test('a change at the same position with other values is counted and kept', async () => {
  insert(10, titled('a'))
  insert(10, titled('other'))
  await world.start()
  expect(await all()).toHaveLength(2)
  expect(await world.notes('position_conflict')).toBe(1)
})

test('a row that is inserted again after a delete makes a fact again', async () => {
  insert(10, titled('a'))
  remove(20)
  insert(30, titled('a'))
  await world.start()
  expect(await all()).toEqual([`${Kind.created} a`, `${Kind.deleted} `, `${Kind.created} a`])
})

test('an update that changes nothing is a change all the same', async () => {
  insert(10, titled('a'))
  update(20, titled('a'))
  await world.start()
  expect(await all()).toEqual([`${Kind.created} a`, `${Kind.updated} a`])
})

describe('a snapshot that is taken again', () => {
  test('makes no fact of a row that is as it was known', async () => {
    snapshot(100, titled('a'))
    snapshot(200, titled('a'))
    await world.start()
    expect(await all()).toEqual([`${Kind.snapshot} a`])
    expect(await world.drops('snapshot_unchanged')).toBe(1)
  })

  test('makes one fact of a row that differs', async () => {
    snapshot(100, titled('a'))
    snapshot(200, titled('b'))
    snapshot(300, titled('b'))
    await world.start()
    expect(await all()).toEqual([`${Kind.snapshot} a`, `${Kind.snapshot} b`])
  })

  test('does not hide a change of a transaction that was under way while it was taken', async () => {
    snapshot(100, titled('a'))
    // Written before the snapshot's LSN, committed after it: not in the snapshot.
    update(90, titled('b'))
    await world.start()
    expect(await all()).toEqual([`${Kind.snapshot} a`, `${Kind.updated} b`])
  })

  test('does not bring back what streamed changes have overtaken', async () => {
    write({ op: 'c', after: titled('new'), lsn: 150, committedAt: COMMITTED_AT + 1n })
    snapshot(100, titled('old'))
    await world.start()
    expect(await all()).toEqual([`${Kind.created} new`])
    expect(await world.drops('snapshot_overtaken')).toBe(1)
  })

  test('and holds a row whose insert is streamed too makes one fact of both', async () => {
    snapshot(100, titled('a'))
    insert(101, titled('a'))
    update(102, titled('b'))
    await world.start()
    expect(await all()).toEqual([`${Kind.snapshot} a`, `${Kind.updated} b`])
    expect(await world.drops('in_snapshot')).toBe(1)
  })
})

describe('a TOASTed value that an update left as it was', () => {
  const toasted = (title: string): Record<string, unknown> =>
    primaryRow(1, { title, notes: PLACEHOLDER })
  const notesOf = (facts: readonly SeenFact[]): unknown[] => facts.map(({ fact }) => fact.notes)

  test('is taken from the last row known', async () => {
    insert(10, primaryRow(1, { notes: 'long notes' }))
    update(20, toasted('b'))
    update(30, toasted('c'))
    await world.start()
    const facts = await world.allFacts()
    expect(notesOf(facts)).toEqual(['long notes', 'long notes', 'long notes'])
    expect(facts.flatMap(({ fact }) => fact.header?.unavailable ?? [])).toEqual([])
    expect(await world.notes('value_healed')).toBe(2)
  })

  test('is taken from the row of a snapshot', async () => {
    snapshot(5, primaryRow(1, { notes: 'long notes' }))
    update(20, toasted('b'))
    await world.start()
    expect(notesOf(await world.allFacts())).toEqual(['long notes', 'long notes'])
  })

  test('is empty and named in the header when no row is known', async () => {
    update(20, toasted('b'))
    await world.start()
    const [seen] = await world.allFacts()
    expect(seen?.fact.notes ?? null).toBeNull()
    expect(seen?.fact.header?.unavailable).toEqual(['notes'])
  })

  test('stays as it was set last, NULL included', async () => {
    insert(10, primaryRow(1, { notes: 'first' }))
    update(20, primaryRow(1, { notes: 'second' }))
    update(30, toasted('c'))
    await world.start()
    expect(notesOf(await world.allFacts())).toEqual(['first', 'second', 'second'])
  })

  test('an update that lacks it is recognised when it is redelivered', async () => {
    insert(10, primaryRow(1, { notes: 'long notes' }))
    update(20, toasted('b'))
    update(20, toasted('b'))
    await world.start()
    expect(await world.allFacts()).toHaveLength(2)
    expect(await world.notes('position_conflict')).toBe(0)
  })
})

describe('positions that go back while time advances', () => {
  const later = COMMITTED_AT + 1_000_000n

  test('stop the pipeline: they are of another history, not repetitions', async () => {
    insert(1_000, titled('a'))
    write({ op: 'u', after: titled('b'), lsn: 10, committedAt: later })
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({ code: 'EPOCH_CHANGED' })
    expect(summary(await world.facts(0))).toEqual([])
  })

  test('also when they meet the very position', async () => {
    insert(1_000, titled('a'))
    write({ op: 'u', after: titled('b'), lsn: 1_000, committedAt: later })
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({ code: 'EPOCH_CHANGED' })
  })

  test('are taken once an operator has said that another epoch has begun', async () => {
    insert(1_000, titled('a'))
    await (await world.start()).stop()
    world.epoch = 2
    for (let round = 0; round < 2; round += 1) {
      write({ op: 'u', after: titled('b'), lsn: 10, committedAt: later })
    }
    await world.start()
    expect(await all()).toEqual([`${Kind.created} a`, `${Kind.updated} b`])
  })
})

test('an insert over a live row removes that first: a truncate was not seen yet', async () => {
  insert(10, titled('a'))
  insert(30, titled('b'))
  await world.start()
  const facts = await world.allFacts()
  expect(summary(facts)).toEqual([`${Kind.created} a`, `${Kind.deleted} `, `${Kind.created} b`])
  expect(new Set(facts.map(({ fact }) => fact.header?.id)).size).toBe(3)
})

test('a change that becomes a dead letter leaves what is known as it was', async () => {
  insert(10, titled('a'))
  insert(20, primaryRow(1, { created_at: '+294247-01-01T00:00:00Z' }))
  insert(10, titled('a'))
  await world.start()
  await world.deadLetters(1)
  expect(await all()).toEqual([`${Kind.created} a`])
})
