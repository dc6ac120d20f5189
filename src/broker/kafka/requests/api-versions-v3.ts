import { boundOfCompactString, FlexibleReader, flexibleRequest } from './flexible'
import { throwIfError } from './protocol-error'
import type { ProtocolRequest } from '../kafkajs/protocol-request'
import { protocolRequest } from '../kafkajs/protocol-request'

export const FEATURES = { apiKey: 18, apiVersion: 3, apiName: 'ApiVersions' }
const SOFTWARE = 'pgfacts'
const VERSION = '0'
const FINALIZED_FEATURES = 2

/**
 * Finalized features of the cluster, with their level (KIP-584); KafkaJS supports ApiVersions up to version 2, without them.
 *
 *     ApiVersions Response => error_code [api_key min max] throttle_time { 2: [name max_level min_level] }
 */
export function finalizedFeatures(): ProtocolRequest<ReadonlyMap<string, number>> {
  return protocolRequest<ReadonlyMap<string, number>>(
    FEATURES,
    () => {
      const bound = boundOfCompactString(SOFTWARE) + boundOfCompactString(VERSION)
      return flexibleRequest(bound, (writer) => {
        writer.compactString(SOFTWARE)
        writer.compactString(VERSION)
      })
    },
    (bytes) => {
      // The only response whose header has no tags, because the client does not know the broker's versions yet.
      const reader = new FlexibleReader(bytes)
      throwIfError(reader.int16())
      reader.compactArray(() => {
        for (let field = 0; field < 3; field += 1) reader.int16()
        reader.tags()
      })
      const clientSideThrottleTime = reader.int32()
      const body = new Map<string, number>()
      const readFeatures = (): void => {
        reader.compactArray(() => {
          body.set(reader.compactString() ?? '', reader.int16())
          reader.int16()
          reader.tags()
        })
      }
      reader.tags(new Map([[FINALIZED_FEATURES, readFeatures]]))
      return { body, clientSideThrottleTime }
    },
  )
}
