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
  /** Throws KafkaJSNotImplemented for a codec that nobody registered in CompressionCodecs. */
  export function lookupCodec(type: number): Codec | null
  export function lookupCodecByAttributes(attributes: number): Codec | null
}
