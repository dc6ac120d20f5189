import type { Cluster } from '../kafkajs'
import type { FlexibleWriter } from './flexible'
import {
  boundOfCompactString,
  COMPACT_LENGTH,
  FlexibleReader,
  flexibleRequest,
  NO_TAGS,
} from './flexible'
import { throwIfError } from './protocol-error'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'

const API = { apiKey: 28, apiVersion: 5, apiName: 'TxnOffsetCommit' }
const PRODUCER = 8 + 2
/** Not a member of the group: a fixed transactional id does the fencing, not the group's generation. */
const NO_GENERATION = -1
const NO_MEMBER = ''
const NO_LEADER_EPOCH = -1

/**
 * Offsets of a transaction, which the group's coordinator adds to it itself (KIP-890):
 *
 *     TxnOffsetCommit Request => transactional_id group_id producer_id producer_epoch generation_id member_id
 *                                group_instance_id [name [index offset leader_epoch metadata]]
 *     TxnOffsetCommit Response => throttle_time [name [index error_code]]
 */
export function txnOffsetCommit(request: Cluster.OffsetsRequest): ProtocolRequest<undefined> {
  return protocolRequest<undefined>(
    API,
    () => flexibleRequest(bound(request), (writer) => write(writer, request)),
    (bytes) => {
      const reader = new FlexibleReader(bytes)
      reader.tags()
      const clientSideThrottleTime = reader.int32()
      const codes = reader.partitions(() => {
        reader.int32()
        return reader.int16()
      })
      reader.tags()
      for (const code of codes) throwIfError(code)
      return { body: undefined, clientSideThrottleTime }
    },
  )
}

function write(writer: FlexibleWriter, request: Cluster.OffsetsRequest): void {
  writer.compactString(request.transactionalId)
  writer.compactString(request.groupId)
  writer.int64(BigInt(request.producerId))
  writer.int16(request.producerEpoch)
  writer.int32(NO_GENERATION)
  writer.compactString(NO_MEMBER)
  writer.compactNull()
  writer.compactLength(request.topics.length)
  for (const { topic, partitions } of request.topics) {
    writer.compactString(topic)
    writer.compactLength(partitions.length)
    for (const { partition, offset, metadata } of partitions) {
      writer.int32(partition)
      writer.int64(BigInt(offset))
      writer.int32(NO_LEADER_EPOCH)
      writer.compactString(metadata)
      writer.noTags()
    }
    writer.noTags()
  }
}

function bound(request: Cluster.OffsetsRequest): number {
  const names =
    boundOfCompactString(request.transactionalId) + boundOfCompactString(request.groupId)
  const member = 4 + boundOfCompactString(NO_MEMBER) + 1
  let size = names + PRODUCER + member + COMPACT_LENGTH
  for (const { topic, partitions } of request.topics) {
    size += boundOfCompactString(topic) + COMPACT_LENGTH + NO_TAGS
    for (const { metadata } of partitions)
      size += 4 + 8 + 4 + boundOfCompactString(metadata) + NO_TAGS
  }
  return size
}
