import type { BatchOutcome, Log } from '../../src/broker/ports'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import { layoutMetadata } from '../../src/runtime/topics/topic-layout'
import { APPLICATION, ToyWorld } from '../support/toy-app'
import { DEAD_LETTERS, INPUT, OUTPUT, TABLE } from '../support/toy-topology'
import { waitFor } from '../support/wait-for'

let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `k${i % 7}=${i}`)
const sorted = (pairs: readonly string[]): string[] => [...pairs].sort()

/** Values of each key, in the order of the output. */
const byKey = (pairs: readonly string[]): Map<string, number[]> => {
  const values = new Map<string, number[]>()
  for (const pair of pairs) {
    const [key = '', value] = pair.split('=')
    values.set(key, [...(values.get(key) ?? []), Number(value)])
  }
  return values
}

test('every record becomes one output, in order per key', async () => {
  world.write(INPUT, ...numbered(200))
  await world.start()
  const output = await world.outputs(200)
  expect(sorted(output)).toEqual(sorted(numbered(200)))
  for (const values of byKey(output).values())
    expect(values).toEqual([...values].sort((a, b) => a - b))
})

test('records that come while it runs are processed too', async () => {
  await world.start()
  world.write(INPUT, 'a=1')
  await world.outputs(1)
  world.write(INPUT, 'a=2')
  expect(await world.outputs(2)).toEqual(['a=1', 'a=2'])
})

test('a restarted instance resumes at the committed offset', async () => {
  world.write(INPUT, 'a=1')
  const first = await world.start()
  await world.outputs(1)
  await first.stop()
  world.write(INPUT, 'a=2')
  await world.start()
  expect(await world.outputs(2)).toEqual(['a=1', 'a=2'])
})

test('a bad record becomes a dead letter with its cause and coordinates, and the others continue', async () => {
  world.write(INPUT, 'a=1', 'a=bad', 'd=2')
  await world.start()
  expect([...(await world.outputs(3))].sort()).toEqual(['a=1', 'd=2'])
  const [letter] = world.read(DEAD_LETTERS)
  expect([letter?.key?.toString(), letter?.value?.toString()]).toEqual(['a', 'bad'])
  expect(letter?.headers).toMatchObject({
    'facts.error.code': 'ENVELOPE_INVALID',
    'facts.error.message': 'not an envelope',
    'facts.input.topic': INPUT,
    'facts.input.offset': '1',
    'facts.input.header.h': 'x',
    'facts.processor': 'copy',
  })
})

test('a record that is too large for a topic becomes a dead letter', async () => {
  world.write(INPUT, 'a=huge', 'b=2')
  await world.start()
  expect(await world.outputs(2)).toEqual(['b=2'])
  expect(world.read(DEAD_LETTERS)[0]?.headers['facts.error.code']).toBe('RECORD_TOO_LARGE')
})

test('an error that an operator has to fix stops the application, says where, and commits nothing of its batch', async () => {
  world.write(INPUT, 'a=1', 'a=halt')
  const app = await world.start()
  await expect(app.failed).rejects.toMatchObject({
    code: 'COLUMN_MISSING',
    coordinates: { topic: INPUT, offset: 1n },
  })
  expect(app.state).toBe('failed')
  expect(world.output()).toEqual([])
})

test('a processor that neither forwards nor drops stops the application', async () => {
  world.write(INPUT, 'a=nothing')
  const app = await world.start()
  await expect(app.failed).rejects.toMatchObject({
    message: expect.stringContaining('neither forwarded nor dropped'),
  })
})

test('inputs equal outputs, declared drops and dead letters, by counters', async () => {
  world.write(INPUT, 'a=1', 'b=drop', 'c=bad', 'd=2', 'e=drop')
  await world.start()
  const { records, facts, drops, deadLetters } = world.metrics
  const sum = async (metric: {
    get(): Promise<{ values: { value: number }[] }>
  }): Promise<number> => (await metric.get()).values.reduce((total, { value }) => total + value, 0)
  await waitFor('five records', async () => (await sum(records)) === 5)
  expect(await Promise.all([facts, drops, deadLetters].map(sum))).toEqual([2, 2, 1])
})

test('two instances share the partitions, and when one stops the other takes over without loss or double', async () => {
  const first = await world.start()
  const second = await world.start()
  await waitFor(
    'both to own partitions',
    () => first.partitions.length > 0 && second.partitions.length > 0,
  )
  world.write(INPUT, ...numbered(50))
  await second.stop()
  world.write(INPUT, ...numbered(100).slice(50))
  expect(sorted(await world.outputs(100))).toEqual(sorted(numbered(100)))
})

test('a zombie that the group has given up writes nothing that a committed reader sees', async () => {
  // The first process stalls in its commit, while its partitions move and are processed elsewhere.
  world.write(INPUT, ...numbered(30))
  let release: () => void = () => undefined
  const stalled = new Promise<void>((resolve) => (release = resolve))
  const zombieLog = new MemoryLog(world.broker)
  const open = zombieLog.producer.bind(zombieLog)
  zombieLog.producer = async (id) => {
    const producer = await open(id)
    const begin = producer.begin.bind(producer)
    return {
      ...producer,
      begin: async () => {
        const transaction = await begin()
        return { ...transaction, commit: () => stalled.then(() => transaction.commit()) }
      },
    }
  }
  const consumers: { expel(): Promise<void> }[] = []
  const join = zombieLog.groupConsumer.bind(zombieLog)
  zombieLog.groupConsumer = (options) => {
    const consumer = join(options)
    consumers.push(consumer)
    return consumer
  }
  await world.start(zombieLog)
  await Promise.all(consumers.map((consumer) => consumer.expel()))
  await world.start()
  await world.outputs(30)
  release()
  expect(sorted(await world.outputs(30))).toEqual(sorted(numbered(30)))
})

describe('tables:', () => {
  test('are complete before the first record is processed', async () => {
    world.write(TABLE, 'a=x', 'b=y')
    world.write(INPUT, 'a=1', 'b=2')
    await world.start()
    expect(sorted(await world.outputs(2))).toEqual(['a=1+x', 'b=2+y'])
  })

  test('have caught up with their topic before each batch', async () => {
    await world.start()
    world.write(TABLE, 'a=x')
    world.write(INPUT, 'a=1')
    expect(await world.outputs(1)).toEqual(['a=1+x'])
  })

  test('stop the application at a row that cannot be read', async () => {
    world.write(TABLE, 'a=broken')
    const app = world.app()
    await expect(app.start()).rejects.toMatchObject({
      code: 'TABLE_ROW_INVALID',
      coordinates: { topic: TABLE },
    })
  })

  test('forget a row that could not be read when a newer one supersedes it', async () => {
    world.write(TABLE, 'a=broken', 'a=x')
    world.write(INPUT, 'a=1')
    await world.start()
    expect(await world.outputs(1)).toEqual(['a=1+x'])
  })
})

describe('refuses to start', () => {
  test('when topics are missing, and names them', async () => {
    const empty = new MemoryLog()
    await expect(world.app(empty).start()).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      message: expect.stringContaining(
        `${INPUT}, ${OUTPUT}, ${DEAD_LETTERS}`.replace(`${OUTPUT}, `, `${TABLE}, ${OUTPUT}, `),
      ),
    })
  })

  const commit = async (offset: bigint, partitions: Record<string, number>): Promise<void> => {
    const producer = await new MemoryLog(world.broker).producer('test')
    const transaction = await producer.begin()
    const metadata = layoutMetadata(new Map(Object.entries(partitions)), INPUT, [OUTPUT])
    const all = [0, 1, 2].map((partition) => ({ topic: INPUT, partition, offset, metadata }))
    await transaction.commitOffsets(APPLICATION, all)
    await transaction.commit()
  }

  test('when a topic has another number of partitions than at the last commit', async () => {
    await commit(0n, { [INPUT]: 3, [OUTPUT]: 12 })
    world.write(INPUT, ...numbered(30))
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      message: expect.stringContaining('output had 12 partitions, now 3'),
    })
    expect(world.output()).toEqual([])
  })

  test('when records were deleted before they were processed', async () => {
    world.write(INPUT, ...numbered(30))
    await commit(0n, { [INPUT]: 3, [OUTPUT]: 3 })
    for (const partition of world.broker.partitionsOf(INPUT) ?? []) partition.deleteBefore(1)
    const app = await world.start()
    await expect(app.failed).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
    expect(world.output()).toEqual([])
  })
})

test('a batch that was fetched before another owner came further is passed over, and nothing steps back', async () => {
  const log = world.log()
  let handOverAgain: (() => Promise<BatchOutcome>) | undefined
  const groupConsumer: Log['groupConsumer'] = (options) => {
    const consumer = log.groupConsumer(options)
    return {
      start: (handler) =>
        consumer.start((batch) => {
          handOverAgain ??= () => handler(batch)
          return handler(batch)
        }),
      stop: () => consumer.stop(),
    }
  }
  world.write(INPUT, 'a=1')
  const app = await world.start(Object.assign(Object.create(log) as Log, { groupConsumer }))
  await world.outputs(1)
  world.write(INPUT, 'a=2')
  await world.outputs(2)
  await world.settled()
  expect(await handOverAgain?.()).toEqual({ kind: 'seek', offset: 2n })
  world.write(INPUT, 'a=3')
  expect(await world.outputs(3)).toEqual(['a=1', 'a=2', 'a=3'])
  expect(app.state).toBe('running')
})
