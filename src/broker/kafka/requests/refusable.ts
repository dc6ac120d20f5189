import { ByteWriter, sizeOfString } from '../kafkajs/byte-writer'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'
import { PlainReader } from './plain-reader'

const HEARTBEAT = { apiKey: 12, apiVersion: 1, apiName: 'Heartbeat' }
const END_TXN = { apiKey: 26, apiVersion: 1, apiName: 'EndTxn' }
/** Ids that no member and no producer has. */
const [MEMBER, GENERATION] = ['acl-question', -1]
const [PRODUCER, EPOCH, ABORT] = [-1n, -1, 0]

/*
 * Invalid requests, which brokers reject after checking authorization. The error shows whether that failed; they have no side
 * effects. Any broker can be used: authorization is checked before the coordinator.
 */

/** Heartbeat of an unknown member: rejected with GROUP_AUTHORIZATION_FAILED (30) without READ on the group. */
export function unknownHeartbeat(group: string): ProtocolRequest<number> {
  return refusable(HEARTBEAT, sizeOfString(group) + 4 + sizeOfString(MEMBER), (writer) => {
    writer.string(group)
    writer.int32(GENERATION)
    writer.string(MEMBER)
  })
}

/**
 * EndTxn of an unknown producer: rejected with TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53) without WRITE on the id, otherwise
 * because of the producer id.
 */
export function unknownTransaction(transactionalId: string): ProtocolRequest<number> {
  return refusable(END_TXN, sizeOfString(transactionalId) + 8 + 2 + 1, (writer) => {
    writer.string(transactionalId)
    writer.int64(PRODUCER)
    writer.int16(EPOCH)
    writer.int8(ABORT)
  })
}

/** A request whose response is an error code. */
function refusable(
  api: typeof HEARTBEAT,
  size: number,
  write: (writer: ByteWriter) => void,
): ProtocolRequest<number> {
  return protocolRequest(
    api,
    () => {
      const writer = new ByteWriter(Buffer.allocUnsafe(size))
      write(writer)
      return writer.bytes
    },
    (bytes) => {
      const reader = new PlainReader(bytes)
      const clientSideThrottleTime = reader.int32()
      return { body: reader.int16(), clientSideThrottleTime }
    },
  )
}
