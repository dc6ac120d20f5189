import type Cluster from 'kafkajs/src/cluster'
import { partitionCount } from '../../../src/broker/kafka/admin/partition-count'
import { ProtocolError } from './fake-cluster'

/** Answers with the errors first, then with the number of partitions. */
function clusterOf(partitions: number, ...errors: readonly Error[]) {
  const left = [...errors]
  const metadata = (topics: readonly string[]): Promise<Cluster.TopicsMetadata> => {
    const error = left.shift()
    if (error !== undefined) return Promise.reject(error)
    const partitionMetadata = Array.from({ length: partitions })
    return Promise.resolve({ topicMetadata: topics.map((topic) => ({ topic, partitionMetadata })) })
  }
  return {
    brokerPool: { findConnectedBroker: () => Promise.resolve({ metadata } as Cluster.Broker) },
    refreshMetadata: () => Promise.resolve(),
    isClosed: false,
  }
}

const LOST = Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError' })

test('a topic has as many partitions as a broker says', async () => {
  expect(await partitionCount(clusterOf(6), 'topic')).toBe(6)
})

test('a topic that no broker knows has no count', async () => {
  const cluster = clusterOf(6, new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION'))
  expect(await partitionCount(cluster, 'topic')).toBeUndefined()
})

test.each([
  ['the connection was lost', LOST],
  ['a partition has no leader', new ProtocolError('LEADER_NOT_AVAILABLE')],
])('a topic is asked about again when %s', async (_, error) => {
  expect(await partitionCount(clusterOf(3, error, error), 'topic')).toBe(3)
})

test('a cluster that was closed is not asked again', async () => {
  const cluster = { ...clusterOf(3, LOST), isClosed: true }
  const asked = partitionCount(cluster, 'topic')
  await expect(asked).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
})

test('a failure that no retry resolves is an error that says what to do', async () => {
  const cluster = clusterOf(6, new ProtocolError('TOPIC_AUTHORIZATION_FAILED'))
  await expect(partitionCount(cluster, 'topic')).rejects.toMatchObject({ code: 'NOT_AUTHORIZED' })
})
