import type { Log } from '../../../src/broker/ports'
import type { MemoryLog } from '../../../src/broker/memory/memory-log'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES } from '../feed-world'

describe('the hub', () => {
  let world: FeedWorld
  afterEach(() => world.stop())

  test('does not take a topic that grows while it looks for another one', async () => {
    let looks = 0
    /** Each answer about the topic's end is old when it arrives. */
    const growing = (log: MemoryLog): Pick<Log, 'admin' | 'reader' | 'readRange'> => ({
      reader: (topics) => log.reader(topics),
      readRange: (range, onRecords) => log.readRange(range, onRecords),
      admin: {
        ...log.admin,
        offsets: async (topic) => {
          const offsets = await log.admin.offsets(topic)
          looks += 1
          // The first two open the store and begin to follow.
          if (looks > 2) await world.write({ id: BigInt(looks) })
          return offsets
        },
      },
    })
    world = await FeedWorld.start({ log: growing, pollMs: 1 })
    let losses = 0
    world.hub.on('lost', () => (losses += 1))
    await waitFor('many looks', () => looks > 30)
    expect([losses, (await world.get(`${PAGES}/cursor`)).status]).toEqual([0, 200])
  })
})
