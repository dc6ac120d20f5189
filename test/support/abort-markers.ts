import { byLeader } from '../../src/broker/kafka/client/by-leader'
import { fetchCommitted } from '../../src/broker/kafka/read/fetch-committed'
import { fetchEnds } from '../../src/broker/kafka/read/fetch-ends'
import type { KafkaClientOptions } from '../../src/broker/kafka/client/kafka-client'
import { kafkaCluster } from '../../src/broker/kafka/client/kafka-cluster'

const MAX_BYTES = 4 * 1024 * 1024
/** In the key of a control record, after its version; 1 is a commit. */
const ABORT = 0

/** How many aborted transactions have left their marker in a topic, one in each partition that they wrote to. */
export async function countAbortMarkers(
  options: KafkaClientOptions,
  topic: string,
): Promise<number> {
  const cluster = kafkaCluster(options)
  const limits = { maxBytes: MAX_BYTES, maxBytesPerPartition: MAX_BYTES }
  let markers = 0
  try {
    await cluster.connect()
    const ends = (await fetchEnds(cluster, [topic], false)).get(topic) ?? new Map<number, bigint>()
    for (const [partition, end] of ends) {
      let offset = 0n
      while (offset < end) {
        const leaders = byLeader(cluster, [{ topic, partition, offset }])
        for (const [nodeId, positions] of leaders) {
          for (const batch of await fetchCommitted(cluster, { nodeId, positions, ...limits })) {
            for (const message of batch.messagesWithinOffset) {
              const isControl = 'isControlRecord' in message && message.isControlRecord
              if (isControl && message.key?.readInt16BE(2) === ABORT) markers += 1
            }
            offset = BigInt(batch.lastOffset()) + 1n
          }
        }
      }
    }
    return markers
  } finally {
    await cluster.disconnect()
  }
}
