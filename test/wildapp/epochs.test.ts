import { facts as generated } from '../../src/gen/messages'
import type { StreamApp } from '../../src/runtime/stream-app'
import { partitionFor } from '../../src/topology/partitioner'
import type { MadeChange } from '../support/debezium-record'
import { COMMITTED_AT, debeziumKey, debeziumValue, primaryRow } from '../support/debezium-record'
import { WildappWorld } from '../support/wildapp-world'

/*
 * Positions begin again after a restore: what docs/epochs.md says that becomes of changes, rows and revisions.
 */
const { Kind } = generated.v1
const SECOND = 1_000_000n
/** Of the old history, and of the new one. */
const before = COMMITTED_AT
const later = COMMITTED_AT + 3_600n * SECOND

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

const partitionOf = (id: number): number => partitionFor(Buffer.from(debeziumKey({ id })), 3)

type Change = Omit<MadeChange, 'table' | 'key' | 'after'> & {
  readonly id?: number
  readonly title?: string
}

function write({ id = 1, title, ...change }: Change): void {
  const after = title === undefined ? null : primaryRow(id, { title })
  world.change({ table: 'primary', key: { id }, after, ...change })
}

const truncate = (lsn: number, committedAt: bigint): void =>
  world.write(
    'primary',
    null,
    debeziumValue({ table: 'primary', op: 't', key: {}, lsn, committedAt }),
  )

/** Kinds and titles of the facts of a row, in their order. */
async function kinds(id = 1): Promise<string[]> {
  const words = { [Kind.KIND_CREATED]: 'created', [Kind.KIND_UPDATED]: 'updated' }
  const more = { [Kind.KIND_DELETED]: 'deleted', [Kind.KIND_SNAPSHOT]: 'read' }
  const names: Readonly<Record<number, string>> = { ...words, ...more }
  return (await world.allFacts())
    .filter(({ fact }) => fact.id === BigInt(id))
    .map(({ fact }) => `${names[fact.header?.kind ?? 0] ?? ''} ${fact.title}`.trim())
}

/** Whether the revisions of each row grow, and no id comes twice. */
async function inOrder(): Promise<boolean> {
  const last = new Map<string, bigint>()
  const ids = new Set<string>()
  const facts = await world.allFacts()
  return facts.every(({ fact: { header } }) => {
    const { subject = '', revision = 0n, id = '' } = header ?? {}
    const grows = revision > (last.get(subject) ?? -1n) && !ids.has(id)
    last.set(subject, revision)
    ids.add(id)
    return grows
  })
}

/** What the old history wrote is processed, and the operator says that another one has begun. */
async function restored(): Promise<StreamApp> {
  await world.start()
  await world.allFacts()
  await world.stop()
  world.epoch += 1
  return world.start()
}

describe('after a restore, once the operator has said so,', () => {
  test('an insert below a TRUNCATE of the old history stays', async () => {
    truncate(1_000_000, before)
    await restored()
    write({ op: 'c', title: 'new', lsn: 50, committedAt: later })
    expect(await kinds()).toEqual(['created new'])
  })

  test('a TRUNCATE removes rows of the old history, in every partition', async () => {
    for (let id = 1; id <= 12; id += 1) {
      write({ id, op: 'c', title: 'a', lsn: 1_000_000 + id, committedAt: before })
    }
    await restored()
    truncate(60, later)
    const facts = await world.facts(24)
    const removed = facts.filter(({ fact }) => fact.header?.kind === Kind.KIND_DELETED)
    expect(removed).toHaveLength(12)
    expect(await inOrder()).toBe(true)
  })

  test('a TRUNCATE is no repetition of one of the old history', async () => {
    truncate(1_000_000, before)
    await restored()
    write({ op: 'r', title: 'a', lsn: 40, committedAt: later })
    truncate(60, later + SECOND)
    expect(await kinds()).toEqual(['read a', 'deleted'])
  })

  test('a change after a snapshot of the row is taken, whose clock may be ahead', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000_000 })
    await restored()
    write({ op: 'r', title: 'b', lsn: 40, committedAt: later + SECOND })
    write({ op: 'u', title: 'c', lsn: 60, committedAt: later })
    write({ op: 'u', title: 'd', lsn: 70, committedAt: later + 2n * SECOND })
    expect(await kinds()).toEqual(['created a', 'read b', 'updated c', 'updated d'])
    expect(await inOrder()).toBe(true)
  })

  test('a deleted row that is inserted again is there again', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000_000 })
    write({ op: 'd', lsn: 1_000_100 })
    await restored()
    write({ op: 'c', title: 'b', lsn: 50, committedAt: later })
    expect(await kinds()).toEqual(['created a', 'deleted', 'created b'])
    expect(await inOrder()).toBe(true)
  })

  test('an insert over a row that the restore had lost removes that first', async () => {
    write({ op: 'r', title: 'a', lsn: 1_000_000 })
    write({ id: 2, op: 'c', title: 'x', lsn: 1_000_001 })
    await restored()
    write({ op: 'c', title: 'b', lsn: 50, committedAt: later })
    write({ id: 2, op: 'c', title: 'y', lsn: 51, committedAt: later })
    expect(await kinds(2)).toEqual(['created x', 'deleted', 'created y'])
    expect(await inOrder()).toBe(true)
  })

  test('two changes at one position, of two histories, have two ids', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000 })
    await restored()
    write({ op: 'u', title: 'b', lsn: 1_000, committedAt: later })
    expect(await kinds()).toEqual(['created a', 'updated b'])
    expect(await inOrder()).toBe(true)
  })

  test('a redelivered change of the new history makes no second fact', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000_000 })
    await restored()
    for (let round = 0; round < 2; round += 1) {
      write({ op: 'u', title: 'b', lsn: 60, committedAt: later })
      write({ op: 'u', title: 'c', lsn: 70, committedAt: later + SECOND })
    }
    expect(await kinds()).toEqual(['created a', 'updated b', 'updated c'])
  })

  test('changes of the old history that were still to be processed are taken as such', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    await world.start()
    await world.allFacts()
    await world.stop()
    // Not processed when the pipeline stopped: a repetition, a change, and a row that it did not know.
    write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    write({ op: 'u', title: 'b', lsn: 2_000_000, committedAt: before + SECOND })
    write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    write({ id: 2, op: 'c', title: 'x', lsn: 2_000_001, committedAt: before + SECOND })
    write({ op: 'u', title: 'c', lsn: 60, committedAt: later })
    write({ id: 2, op: 'u', title: 'y', lsn: 70, committedAt: later })
    world.epoch = 2
    await world.start()
    expect(await kinds()).toEqual(['created a', 'updated b', 'updated c'])
    expect(await kinds(2)).toEqual(['created x', 'updated y'])
    expect(await inOrder()).toBe(true)
  })

  test('after one change of the new history, another one of the partition needs no later time', async () => {
    const same = [2, 3, 4, 5, 6, 7, 8, 9].find((id) => partitionOf(id) === partitionOf(1)) ?? 0
    write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    write({ id: same, op: 'c', title: 'x', lsn: 1_000_001, committedAt: before + 2n * SECOND })
    await restored()
    write({ op: 'u', title: 'b', lsn: 60, committedAt: before + SECOND })
    write({ id: same, op: 'u', title: 'y', lsn: 70, committedAt: before + SECOND })
    expect(await kinds()).toEqual(['created a', 'updated b'])
    expect(await kinds(same)).toEqual(['created x', 'updated y'])
  })
})

test('an application that begins with all histories on the topic reads through them', async () => {
  write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
  write({ op: 'u', title: 'b', lsn: 500, committedAt: later })
  write({ op: 'u', title: 'c', lsn: 100, committedAt: later + SECOND })
  world.epoch = 3
  await world.start()
  expect(await kinds()).toEqual(['created a', 'updated b', 'updated c'])
  expect(await inOrder()).toBe(true)
})

describe('before the operator has said so, the pipeline stops', () => {
  const stops = async (): Promise<void> => {
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({ code: 'EPOCH_CHANGED' })
    await world.stop()
  }

  test('at an insert below a TRUNCATE that was committed later', async () => {
    truncate(1_000_000, before)
    write({ op: 'c', title: 'a', lsn: 50, committedAt: later })
    await stops()
  })

  test('at a TRUNCATE below rows that were committed earlier', async () => {
    write({ id: 3, op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    for (let id = 4; id < 20; id += 1) write({ id, op: 'c', title: 'a', lsn: 1_000_000 + id })
    await (await world.start()).stop()
    truncate(60, later)
    await stops()
  })

  test('and takes what it stopped at when the operator has', async () => {
    write({ op: 'c', title: 'a', lsn: 1_000_000, committedAt: before })
    write({ op: 'r', title: 'b', lsn: 40, committedAt: later })
    write({ op: 'u', title: 'c', lsn: 60, committedAt: later + SECOND })
    await stops()
    world.epoch = 2
    await world.start()
    expect(await kinds()).toEqual(['created a', 'read b', 'updated c'])
  })
})

describe('a database clock that is set back', () => {
  test('is no other history when changes are redelivered', async () => {
    for (let round = 0; round < 2; round += 1) {
      write({ op: 'c', title: 'a', lsn: 100, committedAt: before + 10_000n })
      write({ op: 'u', title: 'b', lsn: 200, committedAt: before + 6_000n })
      write({ op: 'u', title: 'c', lsn: 300, committedAt: before + 7_000n })
    }
    await world.start()
    expect(await kinds()).toEqual(['created a', 'updated b', 'updated c'])
  })

  test('hides no snapshot', async () => {
    write({ op: 'c', title: 'a', lsn: 100, committedAt: before + 10_000n })
    write({ op: 'r', title: 'b', lsn: 200, committedAt: before + 6_000n })
    await world.start()
    expect(await kinds()).toEqual(['created a', 'read b'])
  })

  test('is no other history when a TRUNCATE is redelivered', async () => {
    truncate(100, before + 10_000n)
    truncate(200, before + 6_000n)
    write({ op: 'c', title: 'a', lsn: 300, committedAt: before + 7_000n })
    truncate(100, before + 10_000n)
    truncate(200, before + 6_000n)
    await world.start()
    expect(await kinds()).toEqual(['created a'])
  })
})

describe('revisions grow', () => {
  test('when a transaction was under way during a snapshot', async () => {
    write({ op: 'r', title: 'a', lsn: 100 })
    write({ op: 'u', title: 'b', lsn: 90, committedAt: before + 10n })
    // The snapshot is repeated.
    write({ op: 'r', title: 'a', lsn: 100 })
    await world.start()
    expect(await kinds()).toEqual(['read a', 'updated b'])
    expect(await inOrder()).toBe(true)
  })

  test('when changes of one transaction share an LSN, and when an insert replaces a row', async () => {
    write({ op: 'c', title: 'a', lsn: 100, order: 1 })
    write({ op: 'u', title: 'b', lsn: 100, order: 2 })
    write({ op: 'c', title: 'c', lsn: 101, order: 3 })
    write({ op: 'c', title: 'd', lsn: 300 })
    await world.start()
    expect(await kinds()).toHaveLength(6)
    expect(await inOrder()).toBe(true)
    expect((await world.allFacts()).at(-1)?.fact.header?.revision).toBe(300n)
  })
})
