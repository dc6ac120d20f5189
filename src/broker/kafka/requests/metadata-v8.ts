import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'
import { ByteWriter, sizeOfString } from '../kafkajs/byte-writer'
import { PlainReader } from './plain-reader'

const API = { apiKey: 3, apiVersion: 8, apiName: 'Metadata' }

/** Rights on a requested topic. */
export interface TopicRights {
  /** Kafka's error code: 0, 3 for a missing topic, 29 without authorization. */
  readonly code: number
  readonly topic: string
  /** A bit for each operation (AclOperation); the smallest number when the broker does not report it. */
  readonly operations: number
}

export interface ClusterRights {
  readonly topics: readonly TopicRights[]
  readonly cluster: number
}

/**
 * The authorized operations on topics and the cluster (KIP-430); KafkaJS supports Metadata up to version 6:
 *
 *     Metadata Request => [name] allow_auto_topic_creation include_cluster_operations include_topic_operations
 *     Metadata Response => throttle_time [node_id host port rack] cluster_id controller_id
 *       [error_code name is_internal [error_code index leader leader_epoch [replica] [isr] [offline]] operations]
 *       cluster_operations
 */
export function topicRights(topics: readonly string[]): ProtocolRequest<ClusterRights> {
  return protocolRequest<ClusterRights>(
    API,
    () => {
      const names = topics.reduce((size, topic) => size + sizeOfString(topic), 0)
      const writer = new ByteWriter(Buffer.allocUnsafe(4 + names + 3))
      writer.int32(topics.length)
      for (const topic of topics) writer.string(topic)
      for (const flag of [0, 1, 1]) writer.int8(flag)
      return writer.bytes
    },
    (bytes) => {
      const reader = new PlainReader(bytes)
      const clientSideThrottleTime = reader.int32()
      reader.array(() => {
        reader.int32()
        reader.string()
        reader.int32()
        reader.string()
      })
      reader.string()
      reader.int32()
      const found = reader.array((): TopicRights => {
        const code = reader.int16()
        const topic = reader.string() ?? ''
        reader.int8()
        reader.array(() => skipPartition(reader))
        return { code, topic, operations: reader.int32() }
      })
      return { body: { topics: found, cluster: reader.int32() }, clientSideThrottleTime }
    },
  )
}

function skipPartition(reader: PlainReader): void {
  reader.int16()
  for (let field = 0; field < 3; field += 1) reader.int32()
  for (let list = 0; list < 3; list += 1) reader.array(() => reader.int32())
}
