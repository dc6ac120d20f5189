import { STEPS, cutsLoseNothing } from '../feed/replay/cut-reader'
import { FeedWorld } from '../feed/feed-world'

test('R11, R18, R38: 10,000 random cuts leave nothing out and send nothing twice', async () => {
  const world = await FeedWorld.start({ pollMs: 1_000 })
  try {
    const { cuts, live } = await cutsLoseNothing(world, { cuts: 0, live: 0 }, 10_000 / STEPS)
    expect(cuts).toBe(10_000)
    expect(live).toBeGreaterThan(cuts / 10)
  } finally {
    await world.stop()
  }
}, 900_000)
