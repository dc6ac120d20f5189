import type { JsonValue } from '../../protobuf/json/json'
import type { ConnectSchema } from '../values/connect-schema'

/** A key or a value as its converter was given it. */
export interface Connected {
  readonly json: JsonValue
  /** Undefined when the form has none. */
  readonly schema: ConnectSchema | undefined
}

/** Reads the bytes of a key or a value. Throws FactsError: FORMAT_DIFFERS for another converter's, JSON_INVALID, KEY_INVALID. */
export type WireReader = (bytes: Buffer) => Connected
