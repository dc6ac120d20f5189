import { toFactsError, FactsError } from '../../errors'
import { parseJsonBytes, type JsonValue } from '../../protobuf/json/json'
import { unwrapped } from './envelope'

/** The exact payload of a key's or value's bytes, without the Connect schema around it, if there is one. */
export function decodedJson(
  bytes: Buffer,
  what: string,
  code: 'JSON_INVALID' | 'KEY_INVALID',
  topic?: string,
): JsonValue {
  try {
    return unwrapped(parseJsonBytes(bytes))
  } catch (cause) {
    throw new FactsError(code, `The ${what} is ${toFactsError(cause).message}.`, {
      cause,
      ...(topic === undefined ? {} : { topic }),
    })
  }
}
