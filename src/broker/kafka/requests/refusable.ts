import { ByteWriter, sizeOfString } from '../kafkajs/byte-writer'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'
import { PlainReader } from './plain-reader'

const HEARTBEAT = { apiKey: 12, apiVersion: 1, apiName: 'Heartbeat' }
const END_TXN = { apiKey: 26, apiVersion: 1, apiName: 'EndTxn' }
/** No member, and no producer, has these. */
const [MEMBER, GENERATION] = ['acl-question', -1]
const [PRODUCER, EPOCH, ABORT] = [-1n, -1, 0]

/*
 * Requests that brokers refuse for what they ask, and before that for who asks. What they answer with tells which; they
 * change nothing. Any broker may be asked: who may is looked at before who is in charge.
 */

/** The heartbeat of nobody: refused with GROUP_AUTHORIZATION_FAILED (30) to who may not READ the group. */
export function nobodysHeartbeat(group: string): ProtocolRequest<number> {
  return refusable(HEARTBEAT, sizeOfString(group) + 4 + sizeOfString(MEMBER), (writer) => {
    writer.string(group)
    writer.int32(GENERATION)
    writer.string(MEMBER)
  })
}

/**
 * The end of nobody's transaction: refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED (53) to who may not WRITE the id, and
 * because of its producer, which the coordinator compares, to others.
 */
export function nobodysTransaction(transactionalId: string): ProtocolRequest<number> {
  return refusable(END_TXN, sizeOfString(transactionalId) + 8 + 2 + 1, (writer) => {
    writer.string(transactionalId)
    writer.int64(PRODUCER)
    writer.int16(EPOCH)
    writer.int8(ABORT)
  })
}

/** Answered with the code of the error. */
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
