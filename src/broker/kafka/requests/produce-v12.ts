import type { Cluster } from '../kafkajs'
import type { MeasuredTopic } from '../kafkajs/measured-topics'
import { measureTopics } from '../kafkajs/measured-topics'
import {
  boundOfCompactString,
  COMPACT_LENGTH,
  FlexibleReader,
  flexibleRequest,
  NO_TAGS,
} from './flexible'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'

const API = { apiKey: 0, apiVersion: 12, apiName: 'Produce' }

/** A leader's response for a partition. */
export interface ProducedPartition {
  readonly topic: string
  readonly partition: number
  /** Error code of the response; 0 is success. */
  readonly code: number
  /** Offset of the first record; -1 when the response has none. */
  readonly baseOffset: bigint
}

/**
 * Appends to partitions, which the leader adds to the transaction itself (KIP-890):
 *
 *     Produce Request => transactional_id acks timeout [name [index records]]
 *     Produce Response => [name [index error_code base_offset log_append_time log_start_offset
 *                          [batch_index message] error_message]] throttle_time
 *
 * A response is never thrown as an error: partitions may fail apart.
 */
export function produce(
  request: Cluster.ProduceRequest,
): ProtocolRequest<readonly ProducedPartition[]> {
  return protocolRequest(API, () => encode(request), decode)
}

async function encode(request: Cluster.ProduceRequest): Promise<Buffer> {
  const { transactionalId, acks, timeout } = request
  const topics = await measureTopics(request.topicData, request)
  const bound = boundOfCompactString(transactionalId) + 2 + 4 + boundOfTopics(topics)
  return flexibleRequest(bound, (writer) => {
    writer.compactString(transactionalId)
    writer.int16(acks)
    writer.int32(timeout)
    writer.compactLength(topics.length)
    for (const { topic, partitions } of topics) {
      writer.compactString(topic)
      writer.compactLength(partitions.length)
      for (const { partition, batch } of partitions) {
        writer.int32(partition)
        writer.compactLength(batch.size)
        batch.write(writer)
        writer.noTags()
      }
      writer.noTags()
    }
  })
}

function boundOfTopics(topics: readonly MeasuredTopic[]): number {
  let size = COMPACT_LENGTH
  for (const { topic, partitions } of topics) {
    size += boundOfCompactString(topic) + COMPACT_LENGTH + NO_TAGS
    for (const { batch } of partitions) size += 4 + COMPACT_LENGTH + batch.size + NO_TAGS
  }
  return size
}

function decode(bytes: Buffer): {
  readonly body: readonly ProducedPartition[]
  readonly clientSideThrottleTime: number
} {
  const reader = new FlexibleReader(bytes)
  reader.tags()
  const body = reader.partitions((topic) => readPartition(reader, topic))
  const clientSideThrottleTime = reader.int32()
  reader.tags()
  return { body, clientSideThrottleTime }
}

function readPartition(reader: FlexibleReader, topic: string): ProducedPartition {
  const partition = reader.int32()
  const code = reader.int16()
  const baseOffset = reader.int64()
  reader.int64()
  reader.int64()
  reader.compactArray(() => {
    reader.int32()
    reader.compactString()
    reader.tags()
  })
  reader.compactString()
  return { topic, partition, code, baseOffset }
}
