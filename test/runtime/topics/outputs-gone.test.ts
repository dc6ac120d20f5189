import { primaryRow } from '../../support/debezium-record'
import { WildappWorld } from '../../support/wildapp-world'

/*
 * Rows are known whose facts are gone: nothing would make them again.
 */
const FACTS = 'wildapp.primary.facts'
const PARTITIONS = 3
const IDS = Array.from({ length: 12 }, (_, index) => index + 1)
const KEEPS = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
  world.broker.alterTopic(FACTS, KEEPS)
})
afterEach(() => world.stop())

const insert = (ids: readonly number[], lsn: number): void => {
  for (const id of ids) {
    world.change({ table: 'primary', key: { id }, op: 'c', after: primaryRow(id), lsn: lsn + id })
  }
}
const recreate = (): void => {
  world.broker.deleteTopic(FACTS)
  world.broker.createTopic(FACTS, PARTITIONS, KEEPS)
}
const deleteAll = (): void => {
  for (const partition of world.broker.partitionsOf(FACTS) ?? []) {
    partition.deleteBefore(partition.high)
  }
}

/** Facts of twelve rows, made by a process that has ended. */
async function made(): Promise<void> {
  insert(IDS, 100)
  await world.start()
  await world.facts(IDS.length)
  await world.stop()
}

/** A new application id, with topics of its own, as the message says. */
async function rebuild(): Promise<readonly bigint[]> {
  world.applicationId = 'again'
  world.provision('again')
  await world.start()
  const facts = await world.facts(IDS.length)
  return [...new Set(facts.map(({ fact }) => fact.id))].sort((a, b) => Number(a - b))
}

test.each([
  ['recreated', recreate, /the topic was deleted and recreated/],
  ['emptied', deleteAll, /its records up to offset \d+ were deleted/],
])(
  'a facts topic that was %s stops the pipeline, and a new application id makes the facts again',
  async (_, remove, why) => {
    await made()
    remove()
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({
      code: 'OUTPUT_LOST',
      message: expect.stringMatching(why),
      coordinates: { topic: FACTS },
    })
    await expect(app.failed).rejects.toThrow('FACTS_PIPELINE_APPLICATION_ID')
    await world.stop()
    expect(await rebuild()).toEqual(IDS.map(BigInt))
  },
)

test('one that is recreated while the pipeline runs stops it before anything is committed', async () => {
  insert(IDS, 100)
  const app = await world.start()
  await world.facts(IDS.length)
  recreate()
  world.change({ table: 'primary', key: { id: 1 }, op: 'u', after: primaryRow(1), lsn: 200 })
  await expect(app.failed).rejects.toMatchObject({ code: 'OUTPUT_LOST' })
  expect(world.broker.read(FACTS)).toEqual([])
  await world.stop()
  const again = await world.start()
  await expect(again.failed).rejects.toMatchObject({ code: 'OUTPUT_LOST' })
})

test('one whose own retention has removed everything is no fault', async () => {
  await made()
  world.broker.alterTopic(FACTS, { 'retention.ms': '1000' })
  deleteAll()
  await world.start()
  insert([13], 200)
  await world.facts(IDS.length + 1)
})

test('one that was compacted is no fault', async () => {
  await made()
  world.broker.compact(FACTS)
  await world.start()
  insert([13], 200)
  await world.facts(IDS.length + 1)
})

test('one that is empty because every row is gone is no fault', async () => {
  insert([1], 100)
  world.change({ table: 'primary', key: { id: 1 }, op: 'd', before: { id: 1 }, lsn: 150 })
  await world.start()
  await world.facts(2)
  await world.stop()
  recreate()
  await world.start()
  insert([2], 200)
  await world.facts(1)
})
