import { facts as generated } from '../../src/gen/messages'
import { TransactionWriter } from '../../src/runtime/commit/transaction'
import type { MadeChange } from '../support/debezium-record'
import { debeziumValue, primaryRow } from '../support/debezium-record'
import type { SeenFact } from '../support/wildapp-world'
import { WildappWorld } from '../support/wildapp-world'

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

const Kind = {
  created: generated.v1.Kind.KIND_CREATED,
  deleted: generated.v1.Kind.KIND_DELETED,
}

const write = ({ id, ...change }: Omit<MadeChange, 'table' | 'key'> & { id: number }): void => {
  world.change({ table: 'primary', key: { id }, ...change })
}

describe('a TRUNCATE', () => {
  const ids = Array.from({ length: 12 }, (_, i) => i + 1)
  const truncate = (lsn: number): void =>
    world.write('primary', null, debeziumValue({ table: 'primary', op: 't', key: {}, lsn }))
  const insertAll = (lsn: number): void => {
    for (const id of ids) write({ id, op: 'c', after: primaryRow(id), lsn: lsn + id })
  }
  /** Kinds of each row's facts, in their order. */
  const kinds = (facts: readonly SeenFact[]): Map<bigint, number[]> => {
    const byId = new Map<bigint, number[]>()
    for (const { fact } of facts) {
      byId.set(fact.id, [...(byId.get(fact.id) ?? []), fact.header?.kind ?? 0])
    }
    return byId
  }
  const each = (...expected: number[]): Map<bigint, number[]> =>
    new Map(ids.map((id) => [BigInt(id), expected]))

  test('removes every live row in every partition, once', async () => {
    insertAll(100)
    write({ id: 1, op: 'd', before: { id: 1 }, lsn: 150 })
    await world.start()
    await world.facts(13)
    truncate(200)
    const facts = await world.facts(24)
    expect(kinds(facts)).toEqual(each(Kind.created, Kind.deleted))
    expect(new Set(facts.map(({ fact }) => fact.header?.id)).size).toBe(facts.length)
  })

  test('that is redelivered removes nothing more', async () => {
    insertAll(100)
    await world.start()
    await world.facts(12)
    truncate(200)
    await world.facts(24)
    truncate(200)
    insertAll(300)
    truncate(400)
    expect(kinds(await world.facts(48))).toEqual(
      each(Kind.created, Kind.deleted, Kind.created, Kind.deleted),
    )
  })

  test('and rows inserted after it come out in their order', async () => {
    insertAll(100)
    truncate(200)
    insertAll(300)
    await world.start()
    expect(kinds(await world.facts(36))).toEqual(each(Kind.created, Kind.deleted, Kind.created))
    await world.allFacts()
    expect(await world.facts(0)).toHaveLength(36)
  })

  test('of many rows lets other work of the process have its turn', async () => {
    const count = 9_000
    for (let id = 1; id <= count; id += 1) {
      write({ id, op: 'c', after: primaryRow(id), lsn: 100 + id })
    }
    await world.start()
    await world.allFacts()
    const turns = turnCounter()
    const records: number[] = []
    const add = Reflect.get<TransactionWriter, 'add'>(TransactionWriter.prototype, 'add')
    const adding = jest.spyOn(TransactionWriter.prototype, 'add').mockImplementation(function (
      this: TransactionWriter,
      record,
    ) {
      records[turns.now()] = (records[turns.now()] ?? 0) + 1
      add.call(this, record)
    })
    truncate(200_000)
    await world.facts(2 * count, 60_000)
    turns.stop()
    adding.mockRestore()
    const most = Math.max(...records.filter((made) => made > 0))
    // A fact and a changelog record of each row; three tasks at the same time, a step and 1,000 changes of each at once.
    expect(records.reduce((sum, made) => sum + made, 0)).toBeGreaterThanOrEqual(2 * count)
    expect(most).toBeLessThanOrEqual(6_000)
  }, 120_000)

  test('waits in each partition for the changes before it', async () => {
    truncate(200)
    insertAll(100)
    await world.start()
    // Of the truncate's own partition they come late; in the end every row was there and is gone.
    expect(kinds(await world.facts(24))).toEqual(each(Kind.created, Kind.deleted))
  })
})

/** Counts the turns of the event loop. */
function turnCounter(): { readonly now: () => number; readonly stop: () => void } {
  let turn = 0
  let next = setImmediate(count)
  function count(): void {
    turn += 1
    next = setImmediate(count)
  }
  return { now: () => turn, stop: () => clearImmediate(next) }
}
