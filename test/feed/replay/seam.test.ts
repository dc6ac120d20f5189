import type { Counts } from './cut-reader'
import { STEPS, cutsLoseNothing } from './cut-reader'
import { FeedWorld } from '../feed-world'

const RUNS = 15
const counts = (): Counts => ({ cuts: 0, live: 0 })

describe('the seam between history and live', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start({ pollMs: 1_000 })
  })
  afterEach(() => world.stop())

  test('R11, R18, R38: random cuts leave nothing out and send nothing twice', async () => {
    const { cuts, live } = await cutsLoseNothing(world, counts(), RUNS)
    expect(cuts).toBe(RUNS * STEPS)
    expect(live).toBeGreaterThan(cuts / 20)
  }, 240_000)

  test('a session that joins one turn after it has looked is caught', async () => {
    const { feed } = world
    const classOf = feed.classOf.bind(feed)
    jest.spyOn(feed, 'classOf').mockImplementation((selection) => {
      const real = classOf(selection)
      const join = real.join.bind(real)
      real.join = (member) => void setImmediate(() => join(member))
      return real
    })
    await expect(cutsLoseNothing(world, counts(), 10)).rejects.toThrow()
  }, 120_000)

  test('a hub that tells its position before it has handed out is caught', async () => {
    const { hub, feed } = world
    // The cursor of an event is then before it or after the next one.
    const cursor = feed.cursor.bind(feed)
    jest.spyOn(feed, 'cursor').mockImplementation((selection, position) =>
      cursor(selection, {
        ...position,
        positions: position.snapshot === undefined ? hub.positions : position.positions,
      }),
    )
    await expect(cutsLoseNothing(world, counts(), 10)).rejects.toThrow()
  }, 120_000)
})
