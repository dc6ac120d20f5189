import type Cluster from 'kafkajs/src/cluster'
import { committedOffset } from '../../../src/broker/kafka/admin/committed-offset'
import type { Coordinator } from '../../../src/broker/kafka/client/coordinator'
import type { FetchedOffset } from '../../../src/broker/kafka/requests/offset-fetch-v7'

const QUERY = { groupId: 'app', topic: 'topic', partition: 3 }

/** A coordinator that takes requests up to that version. */
function coordinator(newest: number, answer?: FetchedOffset): Pick<Coordinator, 'ask'> {
  const broker = {
    newestVersion: () => newest,
    ask: () => Promise.resolve(answer),
  } as unknown as Cluster.Broker
  return { ask: async (step) => step(broker) }
}

test('a group that has committed nothing for a partition has no offset there', async () => {
  const nothing = coordinator(8, { offset: -1n, metadata: '' })
  expect(await committedOffset(nothing, QUERY)).toBeUndefined()
})

test('a committed offset comes with its metadata', async () => {
  const found = { offset: 9_007_199_254_740_993n, metadata: '{"v":1}' }
  expect(await committedOffset(coordinator(7, found), QUERY)).toEqual(found)
})

test('brokers that cannot say whether an offset is final are refused by name of the version that can', async () => {
  await expect(committedOffset(coordinator(6), QUERY)).rejects.toMatchObject({
    code: 'BROKER_REFUSED',
    message: expect.stringContaining('older than Kafka 2.5') as string,
    coordinates: { topic: 'topic', partition: 3 },
  })
})
