import { waitFor } from '../support/wait-for'
import type { LogHarness, LogUnderTest } from './log-harness'
import { record, unique } from './log-harness'

/** Transactions, fencing, offsets and what committed readers see. */
export function transactionsContract(logUnderTest: () => LogUnderTest, harness: LogHarness): void {
  const { createTopic, openProducer, write, commitAll, read, keysIn, codeOf, keep } = harness

  test('records of a committed transaction are read with their key, value, timestamp, headers and position', async () => {
    const topic = await createTopic()
    await commitAll(await openProducer(unique('id')), [record(topic, 1, 'k', 'v')])
    const [one] = await read(topic, 1)
    expect(one).toMatchObject({ topic, partition: 1, offset: 0n, timestamp: 1_700_000_000_000n })
    expect([one?.key?.toString(), one?.value?.toString()]).toEqual(['k', 'v'])
    expect(Buffer.from(one?.headers['name'] ?? '').toString()).toBe('value')
    expect([...Buffer.from(one?.headers['raw'] ?? '')]).toEqual([1, 2])
  })

  test('null keys and null values stay null', async () => {
    const topic = await createTopic()
    await commitAll(await openProducer(unique('id')), [
      { ...record(topic, 0, 'x'), key: null, value: null },
    ])
    expect(await read(topic, 1)).toMatchObject([{ key: null, value: null }])
  })

  test('records of an open transaction are not read, and those after it wait', async () => {
    const topic = await createTopic(1)
    const open = await (await openProducer(unique('id'))).begin()
    await write(open, [record(topic, 0, 'open')])
    await commitAll(await openProducer(unique('id')), [record(topic, 0, 'later')])
    expect(await keysIn(topic, 0)).toEqual([])
    await open.commit()
    expect(await keysIn(topic, 2)).toEqual(['open', 'later'])
  })

  test('records of an aborted transaction are never read', async () => {
    const topic = await createTopic(1)
    const producer = await openProducer(unique('id'))
    const aborted = await producer.begin()
    await write(aborted, [record(topic, 0, 'aborted')])
    await aborted.abort()
    await commitAll(producer, [record(topic, 0, 'committed')])
    expect(await keysIn(topic, 1)).toEqual(['committed'])
  })

  test('interleaved aborted transactions of several producers leak nothing', async () => {
    const topic = await createTopic(1)
    const producers = await Promise.all([1, 2, 3].map(() => openProducer(unique('id'))))
    const [a, b, c] = await Promise.all(producers.map((producer) => producer.begin()))
    await write(a!, [record(topic, 0, 'a1')])
    await write(b!, [record(topic, 0, 'b1')])
    await write(c!, [record(topic, 0, 'c1')])
    await write(a!, [record(topic, 0, 'a2')])
    await b!.abort()
    await write(c!, [record(topic, 0, 'c2')])
    await a!.abort()
    await c!.commit()
    expect(await keysIn(topic, 2)).toEqual(['c1', 'c2'])
  })

  test('a new owner of a transactional id ends the open transaction of the last', async () => {
    const topic = await createTopic(1)
    const id = unique('id')
    const zombie = await (await openProducer(id)).begin()
    await write(zombie, [record(topic, 0, 'zombie')])
    await commitAll(await openProducer(id, logUnderTest().second), [record(topic, 0, 'owner')])
    expect(await keysIn(topic, 1)).toEqual(['owner'])
  })

  test('a fenced producer can neither send nor commit', async () => {
    const topic = await createTopic(1)
    const id = unique('id')
    const zombie = await (await openProducer(id)).begin()
    await write(zombie, [record(topic, 0, 'zombie')])
    await openProducer(id, logUnderTest().second)
    expect(await codeOf(write(zombie, [record(topic, 0, 'late')]))).toBe('PRODUCER_FENCED')
    expect(await codeOf(zombie.commit())).not.toBe('nothing thrown')
    expect(await keysIn(topic, 0)).toEqual([])
  })

  test('offsets are committed with their transaction, the last of each with its metadata', async () => {
    const topic = await createTopic(1)
    const { admin } = logUnderTest().first
    const groupId = unique('group')
    const transaction = await (await openProducer(unique('id'))).begin()
    await write(transaction, [record(topic, 0, 'x')])
    for (const metadata of ['', '{"v":1}']) {
      await transaction.commitOffsets(groupId, [{ topic, partition: 0, offset: 7n, metadata }])
    }
    await transaction.commit()
    expect(await admin.committed(groupId, topic, 0)).toEqual({ offset: 7n, metadata: '{"v":1}' })
  })

  test('offsets of an aborted transaction are not committed', async () => {
    const topic = await createTopic(1)
    const groupId = unique('group')
    const transaction = await (await openProducer(unique('id'))).begin()
    await transaction.commitOffsets(groupId, [{ topic, partition: 0, offset: 7n, metadata: '' }])
    await transaction.abort()
    expect(await logUnderTest().first.admin.committed(groupId, topic, 0)).toBeUndefined()
  })

  test('offsets of a dead owner are decided before its successor can read them', async () => {
    const topic = await createTopic(1)
    const id = unique('id')
    const groupId = unique('group')
    const dead = await (await openProducer(id)).begin()
    await dead.commitOffsets(groupId, [{ topic, partition: 0, offset: 9n, metadata: '' }])
    await openProducer(id, logUnderTest().second)
    expect(await logUnderTest().second.admin.committed(groupId, topic, 0)).toBeUndefined()
  })

  test('back-to-back transactions with nothing but offsets succeed', async () => {
    const topic = await createTopic(1)
    const groupId = unique('group')
    const producer = await openProducer(unique('id'))
    for (let offset = 1n; offset <= 5n; offset += 1n) {
      const transaction = await producer.begin()
      await transaction.commitOffsets(groupId, [{ topic, partition: 0, offset, metadata: '' }])
      await transaction.commit()
    }
    expect((await logUnderTest().first.admin.committed(groupId, topic, 0))?.offset).toBe(5n)
  })

  test('topics that exist are left alone, missing ones have no count', async () => {
    const topic = await createTopic(3)
    const { admin } = logUnderTest().first
    const again = await admin.createTopics([
      { name: topic, partitions: 5, replicationFactor: 1, config: {} },
    ])
    expect(again).toEqual([])
    expect([...(await admin.partitionCounts([topic, 'no-such-topic']))]).toEqual([[topic, 3]])
  })

  test('the end of a partition is its last stable offset', async () => {
    const topic = await createTopic(1)
    const { admin } = logUnderTest().first
    const producer = await openProducer(unique('id'))
    await commitAll(producer, [record(topic, 0, 'a')])
    // A commit is visible once its markers are written, shortly after the broker has said yes.
    const stable = await waitFor('the commit to show', async () => {
      const offsets = (await admin.offsets(topic)).get(0)
      return offsets?.high === 0n ? undefined : offsets
    })
    const open = await producer.begin()
    await write(open, [record(topic, 0, 'b')])
    expect((await admin.offsets(topic)).get(0)).toEqual(stable)
    await open.abort()
  })

  test('a question about a topic that is not there fails none about another one', async () => {
    const topic = await createTopic(2)
    const { admin } = logUnderTest().first
    const absent = unique('absent')
    const rounds = Array.from({ length: 20 }, () =>
      Promise.all([
        expect(admin.offsets(absent)).rejects.toMatchObject({ code: 'TOPIC_MISSING' }),
        expect(admin.offsets(topic)).resolves.toHaveProperty('size', 2),
      ]),
    )
    await Promise.all(rounds)
  })

  test('a reader that catches up has everything that was committed before', async () => {
    const topic = await createTopic(2)
    const producer = await openProducer(unique('id'))
    const { admin } = logUnderTest().first
    const seen: (string | undefined)[] = []
    const reader = keep(logUnderTest().second.reader([topic]))
    await reader.start((batch) => seen.push(...batch.map((it) => it.key?.toString())))
    for (let round = 0; round < 5; round += 1) {
      const before = (await admin.offsets(topic)).get(round % 2)?.high
      await commitAll(producer, [record(topic, round % 2, `r${round}`)])
      await waitFor('the commit to show', async () => {
        return (await admin.offsets(topic)).get(round % 2)?.high !== before
      })
      await reader.catchUp()
      expect(seen).toContain(`r${round}`)
    }
  })

  test('a reader that starts at the latest offset sees only what comes later', async () => {
    const topic = await createTopic(1)
    const producer = await openProducer(unique('id'))
    await commitAll(producer, [record(topic, 0, 'before')])
    await waitFor('the commit to show', async () => {
      return (await logUnderTest().first.admin.offsets(topic)).get(0)?.high !== 0n
    })
    const seen: (string | undefined)[] = []
    const reader = keep(logUnderTest().second.reader([topic]))
    await reader.start((batch) => seen.push(...batch.map((it) => it.key?.toString())), 'latest')
    await commitAll(producer, [record(topic, 0, 'after')])
    await waitFor('a record', () => seen.length > 0)
    expect(seen).toEqual(['after'])
  })
}
