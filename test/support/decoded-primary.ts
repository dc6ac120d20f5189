import { wildapp } from '../../src/wildapp/gen/messages'
import type { LogRecord } from '../../src/topology/record'
import { decodeFrame } from '../../src/protobuf/framing/confluent'

/** The fact of a record of the primaries' topic. */
export function decodedPrimary({ value }: Pick<LogRecord, 'value'>): wildapp.primary.v1.Primary {
  return wildapp.primary.v1.Primary.decode(decodeFrame(value ?? Buffer.alloc(0)).payload)
}
