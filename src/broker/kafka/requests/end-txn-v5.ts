import type { Cluster } from '../kafkajs'
import { boundOfCompactString, FlexibleReader, flexibleRequest } from './flexible'
import { throwIfError } from './protocol-error'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'

const API = { apiKey: 26, apiVersion: 5, apiName: 'EndTxn' }
const PRODUCER = 8 + 2
const BOOLEAN = 1

/**
 * Ends a transaction and returns the identity of the next (KIP-890):
 *
 *     EndTxn Request => transactional_id producer_id producer_epoch committed
 *     EndTxn Response => throttle_time error_code producer_id producer_epoch
 */
export function endTxn(
  identity: Cluster.TransactionRequest,
  isCommitted: boolean,
): ProtocolRequest<Cluster.ProducerIdentity> {
  return protocolRequest(
    API,
    () => {
      const bound = boundOfCompactString(identity.transactionalId) + PRODUCER + BOOLEAN
      return flexibleRequest(bound, (writer) => {
        writer.compactString(identity.transactionalId)
        writer.int64(BigInt(identity.producerId))
        writer.int16(identity.producerEpoch)
        writer.int8(isCommitted ? 1 : 0)
      })
    },
    (bytes) => {
      const reader = new FlexibleReader(bytes)
      reader.tags()
      const clientSideThrottleTime = reader.int32()
      throwIfError(reader.int16())
      const body = { producerId: reader.int64().toString(), producerEpoch: reader.int16() }
      reader.tags()
      return { body, clientSideThrottleTime }
    },
  )
}
