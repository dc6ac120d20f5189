import type { Headers, LogRecord } from '../../../topology/record'
import type { KafkaMessage } from '../kafkajs'
import type { FetchedHeaders } from '../kafkajs/fetched-message'
import { FetchedMessage } from '../kafkajs/fetched-message'

/** A fetched message as a LogRecord; offset, timestamp and headers are decoded lazily, because few records need them. */
export class KafkaRecord implements LogRecord {
  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly message: KafkaMessage | FetchedMessage,
  ) {}

  get offset(): bigint {
    const { message } = this
    return message instanceof FetchedMessage ? message.offsetBigInt : BigInt(message.offset)
  }

  get timestamp(): bigint {
    const { message } = this
    return message instanceof FetchedMessage ? message.timestampBigInt : BigInt(message.timestamp)
  }

  get key(): Buffer | null {
    return this.message.key
  }

  get value(): Buffer | null {
    return this.message.value
  }

  /** A header that occurs more than once has its last value here, null values are empty. */
  get headers(): Headers {
    const headers: Record<string, Buffer | string> = {}
    const all = (this.message.headers ?? {}) as FetchedHeaders
    for (const [name, value] of Object.entries(all)) {
      const last = Array.isArray(value) ? value.at(-1) : value
      headers[name] = last ?? ''
    }
    return headers
  }
}
