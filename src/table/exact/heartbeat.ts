import { z } from 'zod'
import { FactsError } from '../../errors'
import { checked } from './checked'
import { decodedJson } from './decoded-json'
import { jsonText, wholeNumber } from './envelope'
import type { RecordBytes } from './record-bytes'

/** The connector's heartbeat record, also written while no captured table changes. */
export interface ConnectorHeartbeat {
  readonly operation: 'heartbeat'
  /** The connector's `topic.prefix`. */
  readonly connector: string
  /** Microseconds since 1970, in whole milliseconds. */
  readonly at: bigint
}

const keySchema = z.looseObject({ serverName: jsonText }, { error: 'an object' })
const valueSchema = z.looseObject({ ts_ms: wholeNumber }, { error: 'an object' })

/** Decodes a record of the topic `__debezium-heartbeat.prefix`. Throws JSON_INVALID, KEY_INVALID or ENVELOPE_INVALID. */
export function decodeHeartbeat({ key, value }: RecordBytes): ConnectorHeartbeat {
  if (key === null) throw new FactsError('KEY_INVALID', 'A heartbeat has no key.')
  if (value === null) throw new FactsError('ENVELOPE_INVALID', 'A heartbeat has no value.')
  const keyJson = decodedJson(key, 'key of a heartbeat', 'KEY_INVALID')
  const valueJson = decodedJson(value, 'value of a heartbeat', 'JSON_INVALID')
  return {
    operation: 'heartbeat',
    connector: checked(keySchema, keyJson, 'key of a heartbeat', 'KEY_INVALID').serverName,
    at: checked(valueSchema, valueJson, 'heartbeat', 'ENVELOPE_INVALID').ts_ms * 1000n,
  }
}
