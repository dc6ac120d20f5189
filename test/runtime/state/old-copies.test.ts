import { join } from 'node:path'
import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { changelogRecord, originRecord } from '../../../src/runtime/state/changelog'
import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import { restoreStore } from '../../../src/runtime/state/restorer'
import type { StateBackend, TaskDatabase } from '../../../src/runtime/state/state-backend'
import { Metrics, createLogger } from '../../../src/telemetry'
import { PARKED, repaired, parkedIn, queueOf } from '../../support/parked-keys'
import { temporaryFolder } from '../../support/temporary-folder'
import { CHANGELOG, ToyWorld } from '../../support/toy-app'
import { INPUT } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'

/*
 * A copy of the state that was away while keys were removed: compaction leaves no trace of a removal after some time, so
 * that what is added to the copy does not make it right.
 */
const logger = createLogger({ level: 'silent', format: 'json' })
const folder = temporaryFolder()
let disks = 0
const BACKENDS: readonly (readonly [string, () => StateBackend])[] = [
  ['in memory', () => new MemoryBackend()],
  ['in LMDB', () => new LmdbBackend(join(folder.path, String((disks += 1))), logger)],
]

describe.each(BACKENDS)('an old copy %s', (_name, backend) => {
  let world: ToyWorld
  beforeEach(() => {
    world = new ToyWorld()
  })
  afterEach(() => world.stop())

  test('revives no value that was removed in between', async () => {
    const [here, there] = [backend(), backend()]
    world.write(INPUT, 'a=count', 'a=count')
    const first = await world.start(world.log(), here)
    await world.settled()
    await first.stop()
    world.write(INPUT, 'a=forget')
    const second = await world.start(world.log(), there)
    await world.settled()
    await second.stop()
    world.broker.compact(CHANGELOG)
    world.write(INPUT, 'a=count')
    await world.start(world.log(), here)
    await world.settled()
    expect(world.output().at(-1)).toBe('a=count#1')
  })

  test('parks no key that was released in between', async () => {
    const [here, there] = [backend(), backend()]
    world.write(INPUT, 'a=bad')
    const first = await world.start(world.log(), here)
    await world.settled()
    await first.stop()
    const second = await world.start(world.log(), there)
    await queueOf(world).replay(repaired((await queueOf(world).waiting())[0]))
    await waitFor('the key to resume', () => parkedIn(world, 'a') === undefined)
    await second.stop()
    world.broker.compact(PARKED)
    world.write(INPUT, 'a=2')
    await world.start(world.log(), here)
    await world.settled()
    expect(world.output()).toEqual(['a=1', 'a=2'])
  })
})

describe('a copy of a long changelog', () => {
  const TOPIC = 'changelog'
  const DAY = 86_400_000
  const KEYS = 12_000
  let broker: MemoryBroker
  let log: MemoryLog
  let database: TaskDatabase

  beforeEach(async () => {
    broker = new MemoryBroker()
    broker.createTopic(TOPIC, 1, { 'cleanup.policy': 'compact' })
    log = new MemoryLog(broker)
    database = new MemoryBackend().open('task')
    const value = Buffer.from('1')
    broker.append(originRecord(TOPIC, 0, 'origin'))
    for (let at = 0; at < KEYS; at += 1) broker.append(changelogRecord(TOPIC, 0, `k${at}`, value))
    await restore(1_000)
    broker.append(changelogRecord(TOPIC, 0, 'k0', null), changelogRecord(TOPIC, 0, 'new', value))
  })

  /** Gives how many records were read. */
  async function restore(now: number): Promise<number> {
    let read = 0
    const counting = new Proxy(log, {
      get: (target, name) => {
        if (name !== 'readRange') return Reflect.get(target, name) as unknown
        return (...[range, take]: Parameters<MemoryLog['readRange']>) =>
          target.readRange(range, (records, next) => {
            read += records.length
            return take(records, next)
          })
      },
    })
    const { low, high } = broker.partition(TOPIC, 0)
    await restoreStore({
      log: counting,
      logger,
      metrics: new Metrics(),
      database,
      taskId: 'task',
      store: 's',
      changelog: TOPIC,
      partition: 0,
      origin: 'origin',
      low: BigInt(low),
      high: BigInt(high),
      isSmall: false,
      now,
      alive: () => Promise.resolve(),
    })
    return read
  }

  test('is brought up to date while its removals must still be there', async () => {
    expect(await restore(1_000 + DAY / 2)).toBe(2)
    expect(database.get('s', 'k0')).toBeUndefined()
  })

  test.each([
    ['older than half the time that removals are kept', 1_000 + DAY / 2 + 1, {}],
    [
      'older than half the time that the topic says',
      1_000 + 60_001,
      { 'delete.retention.ms': '120000' },
    ],
    ['of a clock that was set back', 1_000 - 3_600_000, {}],
  ])('is read again whole when it is %s', async (_what, now, settings) => {
    broker.alterTopic(TOPIC, settings)
    broker.compact(TOPIC)
    await restore(now)
    expect(database.get('s', 'k0')).toBeUndefined()
    expect(database.get('s', 'new')).toBeDefined()
  })

  test('is used however old it is when nothing was added', async () => {
    await restore(2_000)
    expect(await restore(2_000 + 100 * DAY)).toBe(0)
    expect(database.get('s', 'k1')).toBeDefined()
  })

  test('counts as whole from when its end was read', async () => {
    await restore(1_000 + DAY / 2)
    broker.append(changelogRecord(TOPIC, 0, 'k1', null), changelogRecord(TOPIC, 0, 'k2', null))
    expect(await restore(1_000 + DAY)).toBe(2)
  })
})
