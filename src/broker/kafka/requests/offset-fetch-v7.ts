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

/** The first version with stable offsets, of Kafka 2.5; KafkaJS supports versions up to 4. */
export const OFFSET_FETCH = { apiKey: 9, apiVersion: 7, apiName: 'OffsetFetch' }

const REQUIRE_STABLE = 1

export interface OffsetQuery {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}

export interface FetchedOffset {
  /** -1: the group has committed none. */
  readonly offset: bigint
  readonly metadata: string
}

/**
 * The group's committed offset of one partition. Rejected (UNSTABLE_OFFSET_COMMIT) while a transaction with an offset of it is
 * open, or its marker has not been applied (KIP-447):
 *
 *     OffsetFetch Request => group_id [name [index]] require_stable
 *     OffsetFetch Response => throttle_time [name [index offset leader_epoch metadata error_code]] error_code
 */
export function offsetFetch(query: OffsetQuery): ProtocolRequest<FetchedOffset | undefined> {
  const { groupId, topic, partition } = query
  return protocolRequest(
    OFFSET_FETCH,
    () =>
      flexibleRequest(bound(query), (writer) => {
        writer.compactString(groupId)
        writer.compactLength(1)
        writer.compactString(topic)
        writer.compactLength(1)
        writer.int32(partition)
        writer.noTags()
        writer.int8(REQUIRE_STABLE)
      }),
    (bytes) => {
      const reader = new FlexibleReader(bytes)
      reader.tags()
      const clientSideThrottleTime = reader.int32()
      const [answer] = reader.partitions(() => readPartition(reader))
      const code = reader.int16()
      reader.tags()
      throwIfError(code)
      if (answer === undefined) return { body: undefined, clientSideThrottleTime }
      const { code: refusal, ...body } = answer
      throwIfError(refusal)
      return { body, clientSideThrottleTime }
    },
  )
}

function readPartition(reader: FlexibleReader): FetchedOffset & { readonly code: number } {
  reader.int32()
  const offset = reader.int64()
  reader.int32()
  const metadata = reader.compactString() ?? ''
  const code = reader.int16()
  return { offset, metadata, code }
}

function bound({ groupId, topic }: OffsetQuery): number {
  const strings = boundOfCompactString(groupId) + boundOfCompactString(topic)
  return strings + COMPACT_LENGTH + COMPACT_LENGTH + 4 + NO_TAGS + 1
}
