import { rowStore } from '../../src/fact/compile/compile'
import { facts as generated } from '../../src/gen/messages'
import { handOver } from '../../src/runtime/dead-letters/hand-over'
import { compareWithTable } from '../../src/observe/resync/resync'
import { changelogTopic } from '../../src/topology/internal-topics'
import { primary } from '../../src/wildapp/facts/primary'
import { COMMITTED_AT, primaryRow } from '../support/debezium-record'
import { WildappWorld } from '../support/wildapp-world'

const { Kind } = generated.v1
const later = COMMITTED_AT + 3_600_000_000n

const world = new WildappWorld()
afterAll(() => world.stop())

const write = (op: 'c' | 'u' | 'r', id: number, title: string, lsn: number, at: bigint): void =>
  world.change({
    table: 'primary',
    op,
    key: { id },
    after: primaryRow(id, { title }),
    lsn,
    committedAt: at,
  })

test('the steps of docs/epochs.md bring facts and tables together after a restore', async () => {
  write('c', 1, 'kept', 1_000_000, COMMITTED_AT)
  write('c', 2, 'lost with the old history', 1_000_100, COMMITTED_AT)
  await world.start()
  await world.facts(2)
  await world.stop()
  // The restored database knows of row 1 as it was before, and changes it.
  write('u', 1, 'changed', 50, later)
  const running = await world.start()
  await expect(running.failed).rejects.toMatchObject({
    code: 'EPOCH_CHANGED',
    message: expect.stringContaining('set FACTS_PIPELINE_EPOCH to 2'),
  })
  await world.stop()
  world.epoch = 2
  await world.start()
  // facts resync --snapshot
  write('r', 1, 'changed', 60, later + 1n)
  write('r', 3, 'of a change that was not captured', 60, later + 1n)
  await world.facts(4)
  // facts resync --remove
  const { absent, missing } = await compareWithTable({
    log: world.log,
    fact: primary,
    changelog: changelogTopic('wildapp', rowStore(primary)),
    source: {
      position: () =>
        Promise.resolve({
          lsn: 70n,
          committedAt: later + 2n,
          database: 'wildapp',
          schema: 'public',
          table: 'wildapp_primary',
        }),
      // Only the keys are compared here.
      typeOf: () => undefined,
      async *rows() {
        for (const key of ['{"id":1}', '{"id":3}']) yield await Promise.resolve({ key, values: [] })
      },
    },
  })
  expect(missing).toEqual([])
  await handOver(world.log, 'wildapp', primary.name, absent)
  const facts = await world.facts(5)
  const last = new Map(facts.map(({ fact }) => [Number(fact.id), fact]))
  expect(last.get(1)?.title).toBe('changed')
  expect(last.get(2)?.header?.kind).toBe(Kind.KIND_DELETED)
  expect(last.get(3)?.header?.kind).toBe(Kind.KIND_SNAPSHOT)
  const revisions = facts
    .filter(({ fact }) => fact.id === 2n)
    .map(({ fact }) => fact.header?.revision)
  expect(revisions).toEqual([1_000_100n, 1_000_101n])
})
