import fc from 'fast-check'
import type { CoordinatorBroker, CoordinatorQuery } from 'kafkajs/src/producer/eosManager'
import originalEosManager from 'kafkajs/src/producer/eosManager'
import createEosManager from '../../../../src/log/kafka/kafkajs/replacements/eos-manager'

const MAX = 2 ** 31 - 1
const TOPICS = [{ topic: 't', partitions: [{ partition: 0, offset: '1' }] }]

type Step = keyof Omit<CoordinatorBroker, 'isConnected'>

class ProtocolError extends Error {
  readonly retriable = true
  constructor(readonly type: string) {
    super(type)
  }
}

/** A coordinator that answers each step with the errors it was given, then with success. */
class FakeCluster {
  readonly asked: Step[] = []
  readonly found: CoordinatorQuery[] = []
  connected = true
  private readonly errors = new Map<Step, Error[]>()

  failing(step: Step, ...errors: readonly Error[]): this {
    this.errors.set(step, [...errors])
    return this
  }

  readonly retry = undefined
  readonly refreshMetadataIfNecessary = (): Promise<void> => Promise.resolve()
  readonly findControllerBroker = (): Promise<CoordinatorBroker> => Promise.resolve(this.broker)
  readonly findGroupCoordinator = (query: CoordinatorQuery): Promise<CoordinatorBroker> => {
    this.found.push(query)
    return Promise.resolve(this.broker)
  }

  private readonly broker: CoordinatorBroker = {
    isConnected: () => this.connected,
    initProducerId: () => this.answer('initProducerId'),
    addPartitionsToTxn: () => this.answer('addPartitionsToTxn'),
    addOffsetsToTxn: () => this.answer('addOffsetsToTxn'),
    txnOffsetCommit: () => this.answer('txnOffsetCommit'),
    endTxn: () => this.answer('endTxn'),
  }

  private answer(step: Step): Promise<unknown> {
    this.asked.push(step)
    const error = this.errors.get(step)?.shift()
    if (error !== undefined) return Promise.reject(error)
    return Promise.resolve({ producerId: '7', producerEpoch: 0 })
  }
}

const logger = { debug: () => undefined }
const transactional = { logger, transactional: true, transactionalId: 'id' }

function manager(cluster: FakeCluster) {
  return createEosManager({ ...transactional, cluster })
}

async function inTransaction(cluster: FakeCluster) {
  const eos = manager(cluster)
  await eos.initProducerId()
  eos.beginTransaction()
  return eos
}

async function wholeTransaction(eos: ReturnType<typeof manager>): Promise<void> {
  await eos.addPartitionsToTransaction([{ topic: 't', partitions: [{ partition: 0 }] }])
  await eos.sendOffsets({ consumerGroupId: 'group', topics: TOPICS })
  await eos.commit()
}

describe.each<Step>([
  'initProducerId',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'txnOffsetCommit',
  'endTxn',
])('%s', (step) => {
  test.each([
    'CONCURRENT_TRANSACTIONS',
    'GROUP_LOAD_IN_PROGRESS',
    'GROUP_COORDINATOR_NOT_AVAILABLE',
    'NOT_COORDINATOR_FOR_GROUP',
  ])('is asked again when it is refused with %s', async (type) => {
    const cluster = new FakeCluster().failing(
      step,
      new ProtocolError(type),
      new ProtocolError(type),
    )
    await wholeTransaction(await inTransaction(cluster))
    expect(cluster.asked.filter((it) => it === step)).toHaveLength(3)
  })

  test.each([
    ['a lost connection', new Error('Closed connection')],
    ['a fenced producer', new ProtocolError('INVALID_PRODUCER_EPOCH')],
  ])('is asked once when the answer is %s, which passes through', async (_name, error) => {
    const cluster = new FakeCluster().failing(step, error)
    const work = inTransaction(cluster).then(wholeTransaction)
    await expect(work).rejects.toBe(error)
    expect(cluster.asked.filter((it) => it === step)).toHaveLength(1)
  })
})

test("KafkaJS's own manager gives up a commit that was only refused for now", async () => {
  const cluster = new FakeCluster().failing('endTxn', new ProtocolError('CONCURRENT_TRANSACTIONS'))
  const eos = originalEosManager({ ...transactional, cluster })
  await eos.initProducerId()
  eos.beginTransaction()
  await expect(wholeTransaction(eos)).rejects.toThrow('CONCURRENT_TRANSACTIONS')
})

test('a refusal that does not end fails with the last of them as the cause', async () => {
  const refusal = new ProtocolError('CONCURRENT_TRANSACTIONS')
  const cluster = new FakeCluster().failing('endTxn', ...Array<Error>(100).fill(refusal))
  const eos = await inTransaction(cluster)
  jest.useFakeTimers()
  try {
    const failure = wholeTransaction(eos).catch((error: unknown) => error)
    await jest.runAllTimersAsync()
    expect(await failure).toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded', cause: refusal })
  } finally {
    jest.useRealTimers()
  }
})

describe('a coordinator', () => {
  const TRANSACTION = 1

  test('is looked for once for all transactions of a producer', async () => {
    const cluster = new FakeCluster()
    const eos = await inTransaction(cluster)
    await wholeTransaction(eos)
    eos.beginTransaction()
    await wholeTransaction(eos)
    expect(cluster.found).toEqual([
      { groupId: 'id', coordinatorType: TRANSACTION },
      { groupId: 'group', coordinatorType: 0 },
    ])
  })

  test.each([
    ['it is not the coordinator any more', new ProtocolError('NOT_COORDINATOR_FOR_GROUP')],
    ['its connection was lost', new Error('Closed connection')],
  ])('is looked for again when %s', async (_name, error) => {
    const cluster = new FakeCluster()
    const eos = await inTransaction(cluster)
    cluster.failing('addPartitionsToTxn', error)
    const add = () =>
      eos.addPartitionsToTransaction([{ topic: 't', partitions: [{ partition: 0 }] }])
    await add().catch(add)
    expect(cluster.found).toHaveLength(2)
  })

  test('is looked for again when it is no longer connected', async () => {
    const cluster = new FakeCluster()
    const eos = await inTransaction(cluster)
    cluster.connected = false
    await eos.addPartitionsToTransaction([{ topic: 't', partitions: [{ partition: 0 }] }])
    expect(cluster.found.length).toBeGreaterThan(1)
  })

  test('that only waits for markers is asked again itself', async () => {
    const cluster = new FakeCluster()
    const eos = await inTransaction(cluster)
    cluster.failing('addPartitionsToTxn', new ProtocolError('CONCURRENT_TRANSACTIONS'))
    await eos.addPartitionsToTransaction([{ topic: 't', partitions: [{ partition: 0 }] }])
    expect(cluster.found).toHaveLength(1)
  })
})

describe('sequence numbers', () => {
  test('are those of KafkaJS below the limit, taken back by a failed request, and kept per partition', async () => {
    const update = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2), fc.integer({ min: 1, max: 500 }))
    const ours = manager(new FakeCluster())
    const original = originalEosManager({ ...transactional, cluster: new FakeCluster() })
    await Promise.all([ours.initProducerId(), original.initProducerId()])
    fc.assert(
      fc.property(update, fc.boolean(), ([topic, partition, count], failed) => {
        for (const eos of [ours, original]) {
          eos.updateSequence(topic, partition, count)
          if (failed) eos.updateSequence(topic, partition, -count)
        }
        expect(ours.getSequence(topic, partition)).toBe(original.getSequence(topic, partition))
      }),
    )
  })

  test.each([
    [MAX - 1, 1, MAX],
    [MAX, 1, 0],
    [MAX - 5, 10, 4],
  ])('from %d, %d records on, is %d', async (from, count, expected) => {
    const eos = manager(new FakeCluster())
    await eos.initProducerId()
    eos.updateSequence('t', 0, from)
    eos.updateSequence('t', 0, count)
    expect(eos.getSequence('t', 0)).toBe(expected)
    eos.updateSequence('t', 0, -count)
    expect(eos.getSequence('t', 0)).toBe(from)
  })

  test('wrap early in KafkaJS', async () => {
    const eos = originalEosManager({ ...transactional, cluster: new FakeCluster() })
    await eos.initProducerId()
    eos.updateSequence('t', 0, MAX - 5)
    eos.updateSequence('t', 0, 10)
    expect(eos.getSequence('t', 0)).toBe(0)
  })

  test('start at 0 again with a new producer id', async () => {
    const eos = manager(new FakeCluster())
    await eos.initProducerId()
    eos.updateSequence('t', 0, 5)
    await eos.initProducerId()
    expect(eos.getSequence('t', 0)).toBe(0)
  })

  test('are not counted before there is a producer id', () => {
    const eos = manager(new FakeCluster())
    eos.updateSequence('t', 0, 5)
    expect(eos.getSequence('t', 0)).toBe(0)
  })
})
