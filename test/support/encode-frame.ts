import type { Frame } from '../../src/protobuf/framing/confluent'
import { framePrefix } from '../../src/protobuf/framing/confluent'

/** Prefix and message as one value. */
export const encodeFrame = ({ schemaId, indexes, payload }: Frame): Buffer =>
  Buffer.concat([framePrefix(schemaId, indexes), payload])
