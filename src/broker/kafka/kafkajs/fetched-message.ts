import type { KafkaMessage } from 'kafkajs'
import type { BatchContext } from './batch-context'
import { ByteReader } from './byte-reader'

/** A header's values by name; a name that occurs more than once has an array, in the order of the record. */
export type FetchedHeaders = Record<string, Buffer | null | (Buffer | null)[]>

/**
 * A fetched record. Replaces KafkaJS's message object (recordBatch/record/v0/decoder.js) with the same
 * properties, of which `offset`, `timestamp` and `headers` are decoded lazily. `key`, `value` and header values
 * are views into the response. Being getters, they are lost by `{ ...message }`.
 */
export class FetchedMessage {
  private decodedHeaders: FetchedHeaders | undefined

  constructor(
    readonly batchContext: BatchContext,
    /** Record attributes: unused by Kafka so far. */
    readonly attributes: number,
    /** The offset, exact: `number` up to 2^53 - 1, `bigint` beyond. */
    readonly offsetValue: number | bigint,
    /** Milliseconds since the epoch, exact in the same way. */
    readonly timestampValue: number | bigint,
    readonly key: Buffer | null,
    readonly value: Buffer | null,
    private readonly source: Buffer,
    private readonly headersAt: number,
  ) {}

  get offset(): string {
    return String(this.offsetValue)
  }

  get offsetBigInt(): bigint {
    return BigInt(this.offsetValue)
  }

  get timestamp(): string {
    return String(this.timestampValue)
  }

  get timestampBigInt(): bigint {
    return BigInt(this.timestampValue)
  }

  get headers(): FetchedHeaders {
    return (this.decodedHeaders ??= decodeHeaders(this.source, this.headersAt))
  }

  get isControlRecord(): boolean {
    return this.batchContext.isControlBatch
  }

  get magicByte(): number {
    return this.batchContext.magicByte
  }
}

/** True for messages of this decoder; false for the message formats before magic 2, which KafkaJS decodes itself. */
export function isFetchedMessage(
  message: KafkaMessage | FetchedMessage,
): message is FetchedMessage {
  return message instanceof FetchedMessage
}

function decodeHeaders(source: Buffer, at: number): FetchedHeaders {
  const reader = new ByteReader(source, at)
  const headers: FetchedHeaders = {}
  for (let left = reader.varint(); left > 0; left -= 1) {
    const name = reader.vartext()
    const value = reader.varbytes()
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    if (before === undefined) addOwn(headers, name, value)
    else if (Array.isArray(before)) before.push(value)
    else addOwn(headers, name, [before, value])
  }
  return headers
}

function addOwn(headers: FetchedHeaders, name: string, value: FetchedHeaders[string]): void {
  // A header may be called __proto__; assignment would set the prototype.
  if (name !== '__proto__') headers[name] = value
  else
    Object.defineProperty(headers, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
}
