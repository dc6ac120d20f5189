import { fetchEnds } from '../../../src/broker/kafka/read/fetch-ends'
import { FakeCluster, ProtocolError } from './fake-cluster'

const ENDS = new Map([['t', new Map([0, 1].map((partition) => [partition, 5n]))]])

test('the cluster is looked at again when a leader has moved', async () => {
  const fake = new FakeCluster()
  fake.endsErrors = [new ProtocolError('NOT_LEADER_FOR_PARTITION')]
  let refreshed = 0
  fake.onRefresh = () => (refreshed += 1)
  expect(await fetchEnds(fake.cluster, ['t'], false)).toEqual(ENDS)
  expect(refreshed).toBe(1)
})

test('a partition without a leader is waited for, not left out', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, undefined)
  fake.onRefresh = () => fake.leaders.set(1, '2')
  expect(await fetchEnds(fake.cluster, ['t'], false)).toEqual(ENDS)
})

test('a leader that does not come is an outage, with the partition', async () => {
  const fake = new FakeCluster()
  fake.leaders.set(1, undefined)
  jest.useFakeTimers()
  try {
    const asking = fetchEnds(fake.cluster, ['t'], false).catch((error: unknown) => error)
    await jest.advanceTimersByTimeAsync(10_000)
    expect(await asking).toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      coordinates: { topic: 't', partition: 1 },
    })
  } finally {
    jest.useRealTimers()
  }
})

test('a deleted topic is reported immediately', async () => {
  const fake = new FakeCluster()
  fake.endsErrors = [new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION')]
  await expect(fetchEnds(fake.cluster, ['t'], true)).rejects.toMatchObject({
    code: 'TOPIC_MISSING',
  })
})
