/**
 * The internals of KafkaJS 2.2.4 that this folder touches, as they are in node_modules/kafkajs/src. KafkaJS declares
 * types for its public surface only.
 */
declare module 'kafkajs/src/errors' {
  interface KafkaJSErrorOptions {
    readonly retriable?: boolean
    readonly cause?: unknown
  }
  export class KafkaJSError extends Error {
    constructor(error: Error | string, options?: KafkaJSErrorOptions)
    readonly retriable: boolean
  }
  export class KafkaJSNonRetriableError extends KafkaJSError {}
  export class KafkaJSProtocolError extends KafkaJSError {
    constructor(entry: KafkaJSProtocolError.Entry)
    readonly type: string
    readonly code: number
  }
  export namespace KafkaJSProtocolError {
    interface Entry {
      readonly type: string
      readonly code: number
      readonly retriable: boolean
      readonly message: string
    }
  }
  export class KafkaJSConnectionError extends KafkaJSError {
    constructor(message: string, at: { readonly broker: string; readonly code?: string })
  }
  export class KafkaJSConnectionClosedError extends KafkaJSError {
    constructor(message: string, at: { readonly host: string; readonly port: number })
  }
}

declare module 'kafkajs/src/broker' {
  class Broker {
    constructor(options: object)
    readonly connectionPool: { send(request: object): Promise<unknown> }
    /** By api key; null before it is connected. */
    readonly versions: Readonly<Record<string, Broker.Versions | undefined>> | null
    /** The newest version of a request that both sides know; set when it is connected. */
    readonly lookupRequest: (apiKey: number, definition: object) => (fields: object) => object
    disconnect(): Promise<void>
    fetch(request: Broker.FetchRequest): Promise<Broker.FetchResponse>
  }
  namespace Broker {
    interface Versions {
      readonly maxVersion: number
    }
    interface FetchRequest {
      readonly maxBytes?: number
      readonly topics: readonly {
        readonly topic: string
        readonly partitions: readonly { readonly partition: number }[]
      }[]
    }
    interface FetchResponse {
      readonly responses: readonly {
        readonly topicName: string
        readonly partitions: readonly {
          readonly partition: number
          readonly messages: readonly {
            readonly key: Buffer | null
            readonly value: Buffer | null
          }[]
        }[]
      }[]
    }
  }
  export = Broker
}

declare module 'kafkajs/src/protocol/requests' {
  /** Definitions of the requests, for `lookupRequest`. */
  export const requests: { readonly Fetch: object }
  /** Gives the newest version of a request that both sides know. */
  export function lookup(
    versions: Readonly<Record<number, { readonly maxVersion: number }>>,
  ): (apiKey: number, definition: object) => (fields: object) => object
}

declare module 'kafkajs/src/protocol/requests/apiKeys' {
  const apiKeys: { readonly Fetch: number }
  export = apiKeys
}

declare module 'kafkajs/src/cluster/brokerPool' {
  class BrokerPool {
    constructor(options: object)
    /** Tries brokers until one answers; null when none does. */
    withBroker<T>(question: BrokerPool.Question<T>): Promise<T | null>
  }
  namespace BrokerPool {
    type Question<T> = (at: { readonly nodeId: string; readonly broker: object }) => Promise<T>
  }
  export = BrokerPool
}

declare module 'kafkajs/src/protocol/error' {
  import type { KafkaJSProtocolError } from 'kafkajs/src/errors'
  export function createErrorFromCode(code: number): KafkaJSProtocolError
  export const errorCodes: KafkaJSProtocolError.Entry[]
}

declare module 'kafkajs/src/consumer/offsetManager' {
  class OffsetManager {
    /** Commits the beginning (or the end) of a partition for the group. */
    setDefaultOffset(at: { readonly topic: string; readonly partition: number }): Promise<void>
  }
  export = OffsetManager
}

declare module 'kafkajs/src/protocol/decoder' {
  /** A cursor over a response. */
  class Decoder {
    constructor(buffer: Buffer)
    readonly buffer: Buffer
    offset: number
    readInt32(): number
    canReadBytes(length: number): boolean
    readBytes(length: number): Buffer
  }
  export = Decoder
}

declare module 'kafkajs/src/protocol/messageSet/decoder' {
  import type { KafkaMessage } from 'kafkajs'
  import type Decoder from 'kafkajs/src/protocol/decoder'
  /** Reads the message formats before magic 2. */
  function decodeMessageSet(decoder: Decoder, size: number): Promise<KafkaMessage[]>
  export = decodeMessageSet
}

declare module 'kafkajs/src/protocol/message/compression' {
  interface Codec {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> | Buffer
    decompress(buffer: Buffer): Promise<Buffer> | Buffer
  }
  /** Throws KafkaJSNotImplemented for a codec that is not registered in CompressionCodecs. */
  export function lookupCodec(type: number): Codec | null
  export function lookupCodecByAttributes(attributes: number): Codec | null
}

declare module 'kafkajs/src/network/connection' {
  import type { Socket } from 'node:net'
  import type RequestQueue from 'kafkajs/src/network/requestQueue'
  /** A connection to one broker, used again for the next when it was lost. */
  class Connection {
    constructor(options: object)
    readonly host: string
    readonly port: number
    /** host:port */
    readonly broker: string
    /** Milliseconds. */
    readonly requestTimeout: number
    readonly connectionTimeout: number
    readonly requestQueue: RequestQueue
    socket: Socket | undefined
    /** null: in the open. */
    readonly ssl: object | null
    readonly sasl: object | null
    /** process.hrtime(); null on a new connection. */
    authenticatedAt: [number, number] | null
    /** Milliseconds, 0 without a limit: KafkaJS' Long. */
    readonly sessionLifetime: { toString(): string }
    connectionStatus: 'connected' | 'disconnecting' | 'disconnected'
    /** Bytes of an incomplete response. */
    chunks: Buffer[]
    bytesBuffered: number
    bytesNeeded: number
    /** True as well while it is being closed. */
    isConnected(): boolean
    connect(): Promise<unknown>
    disconnect(): Promise<unknown>
    isAuthenticated(): boolean
    /** Concurrent callers share one. */
    authenticate(): Promise<void>
    send(request: object): Promise<unknown>
    /** Processes bytes of the socket. */
    processData(bytes: Buffer): void
    rejectRequests(error: Error): void
  }
  export = Connection
}

declare module 'kafkajs/src/network/requestQueue' {
  /** The requests of one connection, sent or waiting for their turn. */
  class RequestQueue {
    constructor(options: object)
    readonly pending: readonly unknown[]
    /** Sent and not answered, by correlation id. */
    readonly inflight: ReadonlyMap<number, unknown>
    /** Milliseconds since the epoch; -1 when never throttled. */
    throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    checkPendingRequests(): void
    waitForPendingRequests(): Promise<void>
    scheduleCheckPendingRequests(): void
    push(request: object): void
    fulfillRequest(response: object): void
    maybeThrottle(milliseconds: number): void
    destroy(): void
  }
  export = RequestQueue
}

declare module 'kafkajs/src/retry' {
  import type { RetryOptions } from 'kafkajs'
  function createRetry(
    options: RetryOptions,
  ): <T>(attempt: (bail: (error: unknown) => void) => Promise<T>) => Promise<T>
  export = createRetry
}

declare module 'kafkajs/src/protocol/requests/joinGroup/v5/request' {
  interface Fields {
    readonly groupId: string
    readonly groupInstanceId?: string | null
  }
  function request(fields: Fields): { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
  export = request
}

declare module 'kafkajs/src/protocol/requests/syncGroup/v3/request' {
  interface Fields {
    readonly groupId: string
    readonly groupInstanceId?: string | null
  }
  function request(fields: Fields): { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
  export = request
}

declare module 'kafkajs/src/protocol/requests/heartbeat/v3/request' {
  interface Fields {
    readonly groupId: string
    readonly groupInstanceId?: string | null
  }
  function request(fields: Fields): { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
  export = request
}

declare module 'kafkajs/src/protocol/requests/leaveGroup/v3/request' {
  interface Fields {
    readonly groupId: string
    readonly members: readonly {
      readonly memberId: string
      readonly groupInstanceId?: string | null
    }[]
  }
  function request(fields: Fields): { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
  export = request
}
