import { APPLICATION, CHANGELOG, ToyWorld } from '../../support/toy-app'
import { DEAD_LETTERS, INPUT, toyTopology } from '../../support/toy-topology'
import { changelogTopic } from '../../../src/topology/internal-topics'
import { disks } from '../../support/disks'
import { DeadLetterQueue } from '../../../src/runtime/dead-letters/dead-letter-queue'

describe.each(disks())('state in %s', (_name, newDisk) => {
  let world: ToyWorld
  beforeEach(() => {
    world = new ToyWorld({}, newDisk())
  })
  afterEach(() => world.stop())

  /** Latest value of each key on the changelog, without its origin. */
  const changelog = (): Record<string, string | undefined> =>
    Object.fromEntries(
      world
        .read(CHANGELOG)
        .map(({ key, value }) => [String(key), value?.toString()] as const)
        .filter(([key]) => !key.startsWith('\u0000')),
    )

  test('a processor sees what it stored for a key before', async () => {
    world.write(INPUT, 'a=count', 'b=count', 'a=count', 'a=count')
    await world.start()
    expect((await world.outputs(4)).filter((pair) => pair.startsWith('a'))).toEqual([
      'a=count#1',
      'a=count#2',
      'a=count#3',
    ])
  })

  test('state survives the process', async () => {
    world.write(INPUT, 'a=count')
    await (await world.start()).stop()
    world.write(INPUT, 'a=count')
    await world.start()
    expect(await world.outputs(2)).toEqual(['a=count#1', 'a=count#2'])
  })

  test('state is restored from the changelog where the disk has none', async () => {
    world.write(INPUT, 'a=count', 'b=count', 'a=count')
    const first = await world.start()
    await world.settled()
    await first.stop()
    world.write(INPUT, 'a=count', 'b=count')
    await world.start(world.log(), newDisk())
    expect([...(await world.outputs(5))].sort()).toEqual([
      'a=count#1',
      'a=count#2',
      'a=count#3',
      'b=count#1',
      'b=count#2',
    ])
  })

  test('the changelog holds the last value of each key, and null for what was removed', async () => {
    world.write(INPUT, 'a=count', 'a=count', 'b=count', 'b=forget')
    await world.start()
    await world.settled()
    expect(changelog()).toEqual({ a: '2', b: undefined })
  })

  test('what a bad record stored is undone', async () => {
    const value = (text: string): Buffer => Buffer.from(text)
    const record = { topic: INPUT, partition: 0, key: null, timestamp: 1n, headers: {} }
    world.append(['count', 'count-bad', 'count'].map((text) => ({ ...record, value: value(text) })))
    await world.start()
    await world.outputs(3)
    expect(world.read(DEAD_LETTERS)).toHaveLength(1)
    expect(world.output()).toEqual(['null=count#1', 'null=count#2'])
  })

  test('a copy of another changelog is removed, not used', async () => {
    const stale = newDisk()
    const other = new ToyWorld({}, newDisk())
    other.write(INPUT, ...Array.from({ length: 30 }, () => 'a=count'))
    await other.start(other.log(), stale)
    await other.settled()
    await other.stop()
    world.write(INPUT, 'a=count')
    const first = await world.start(world.log(), newDisk())
    await world.settled()
    await first.stop()
    world.write(INPUT, 'a=count')
    await world.start(world.log(), stale)
    expect(await world.outputs(2)).toEqual(['a=count#1', 'a=count#2'])
  })

  test('a recreated changelog stops the application', async () => {
    world.write(INPUT, 'a=count', 'b=count', 'c=count')
    const first = await world.start()
    await world.settled()
    await first.stop()
    world.broker.deleteTopic(CHANGELOG)
    world.broker.createTopic(CHANGELOG, 3)
    world.write(INPUT, 'a=count')
    const second = await world.start()
    await expect(second.failed).rejects.toMatchObject({ code: 'STATE_LOST' })
  })

  test('a changelog without the partitions of its input is refused', async () => {
    await world.stop()
    world = new ToyWorld({ [changelogTopic(APPLICATION, 'counts')]: 4 }, newDisk())
    await expect(world.start()).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' })
  })

  test('a key of any length has its state, and keeps it when the disk is lost', async () => {
    const key = 'k'.repeat(100_000)
    world.write(INPUT, `${key}=count`, `${key}x=count`, `${key}=count`)
    await (await world.start()).stop()
    world.write(INPUT, `${key}=count`)
    await (await world.start()).stop()
    world.write(INPUT, `${key}=count`)
    await world.start(world.log(), newDisk())
    const counted = (await world.outputs(5)).map((pair) => pair.replace(/k+/, 'k'))
    expect(counted.sort()).toEqual([
      'k=count#1',
      'k=count#2',
      'k=count#3',
      'k=count#4',
      'kx=count#1',
    ])
  })

  test('a bad record of a key of 1,901 bytes is a dead letter that can be replayed', async () => {
    const key = 'k'.repeat(1_901)
    world.write(INPUT, `${key}=count-bad`, `${key}=count`, 'a=count')
    await world.start()
    await world.outputs(3)
    expect(world.output()).toEqual(['a=count#1'])
    const queue = new DeadLetterQueue({
      log: world.log(),
      topology: toyTopology(),
      applicationId: APPLICATION,
    })
    const [waiting] = await queue.waiting()
    expect(waiting?.key.toString()).toBe(key)
    await queue.replay(waiting!, new Set([waiting!.letters[0]!.record.offset]))
    expect((await world.outputs(4)).map((pair) => pair.replace(/k+/, 'k')).sort()).toEqual([
      'a=count#1',
      'k=count#1',
    ])
  })
})
