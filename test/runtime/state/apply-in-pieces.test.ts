import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { TaskStores } from '../../../src/runtime/state/task-stores'
import type { StateBackend, TaskDatabase } from '../../../src/runtime/state/state-backend'
import { TransactionWriter } from '../../../src/runtime/commit/transaction'
import { changelogTopic } from '../../../src/topology/internal-topics'
import { Metrics, createLogger } from '../../../src/telemetry'
import { disks } from '../../support/disks'

/*
 * The changes of a large transaction go to disk in pieces; a process that dies between two of them leaves a copy that the
 * changelog completes.
 */
const STORE = 'rows'
const TASK = 'app.topic.0'
const COUNT = 12_000
const PIECES = 3
const CHANGELOG = changelogTopic('app', STORE)
const logger = createLogger({ level: 'silent', format: 'json' })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe.each(disks())('a large transaction on a disk in %s', (_name, newDisk) => {
  let broker: MemoryBroker
  let disk: StateBackend
  let opened: TaskStores[]
  beforeEach(() => {
    broker = new MemoryBroker()
    broker.createTopic(CHANGELOG, 1)
    disk = newDisk()
    opened = []
  })
  afterEach(() => {
    for (const stores of opened) stores.discard()
  })

  async function open(backend: StateBackend = disk): Promise<TaskStores> {
    const stores = new TaskStores({
      applicationId: 'app',
      taskId: TASK,
      partition: 0,
      names: [STORE],
      backend,
      logger,
      limits: new Map(),
      log: new MemoryLog(broker),
      metrics: new Metrics(),
    })
    opened.push(stores)
    await stores.open(
      () => true,
      () => Promise.resolve(),
    )
    return stores
  }

  async function commit(
    stores: TaskStores,
    value: string,
    count: number,
    turnOfOthers = turn,
  ): Promise<void> {
    for (let key = 0; key < count; key += 1) stores.view(STORE).set(`k${key}`, Buffer.from(value))
    stores.keep()
    const producer = await new MemoryLog(broker).producer(TASK)
    const writer = new TransactionWriter(await producer.begin())
    await stores.write(writer, turnOfOthers)
    await writer.commit()
    await stores.committed(writer, turnOfOthers)
  }

  const values = (stores: TaskStores): Record<string, number> => {
    const found: Record<string, number> = {}
    for (const [, bytes] of stores.view(STORE).entries()) {
      found[String(bytes)] = (found[String(bytes)] ?? 0) + 1
    }
    return found
  }

  test.each(Array.from({ length: PIECES }, (_, piece) => piece + 1))(
    'is whole after a death at piece %d',
    async (dies) => {
      const before = await open()
      await commit(before, 'old', 10)
      before.discard()
      const dying = await open(dyingAt(disk, dies))
      await expect(commit(dying, 'new', COUNT)).rejects.toThrow('died')
      dying.discard()
      expect(values(await open())).toEqual({ new: COUNT })
    },
  )

  test('is whole after a death at its second piece when nothing was committed before', async () => {
    const dying = await open(dyingAt(disk, 2))
    await expect(commit(dying, 'new', COUNT)).rejects.toThrow('died')
    dying.discard()
    expect(values(await open())).toEqual({ new: COUNT })
  })

  test('lets others have their turn while it is written and applied', async () => {
    const stores = await open()
    let turns = 0
    await commit(stores, 'new', COUNT, () => {
      turns += 1
      return turn()
    })
    expect(turns).toBe(COUNT / 1_000 + PIECES - 1)
    expect(values(stores)).toEqual({ new: COUNT })
  })
})

/** The process dies at the n-th time that it writes to its disk. */
function dyingAt(disk: StateBackend, write: number): StateBackend {
  return {
    open(taskId, stores) {
      const database = disk.open(taskId, stores)
      let writes = 0
      const apply: TaskDatabase['apply'] = (...args) => {
        // An empty one is the end of a restore.
        if (args[1].size > 0) writes += 1
        if (writes === write) throw new Error('the process died')
        return database.apply(...args)
      }
      return {
        get: (...args) => database.get(...args),
        entries: (store) => database.entries(store),
        checkpoint: (store) => database.checkpoint(store),
        clear: (store) => database.clear(store),
        close: () => database.close(),
        apply,
      }
    },
  }
}
