/** KafkaJS's own modules that ours are compared with; in this folder the jest resolver leaves them as they are. */
declare module 'kafkajs/src/utils/shuffle' {
  function shuffle<T>(all: readonly T[]): T[]
  export = shuffle
}

declare module 'kafkajs/src/protocol/encoder' {
  class Encoder {
    readonly buf: Buffer
    readonly buffer: Buffer
    writeInt8(value: number): this
    writeInt16(value: number): this
    writeInt32(value: number): this
    writeInt64(value: bigint | string): this
    writeString(value: string | null): this
    writeBuffer(value: Buffer): this
    size(): number
  }
  export = Encoder
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0' {
  import type { Message } from 'kafkajs'
  import type Encoder from 'kafkajs/src/protocol/encoder'
  function encodeRecord(
    record: Message & { readonly offsetDelta: number; readonly timestampDelta: number },
  ): Encoder
  export = encodeRecord
}

declare module 'kafkajs/src/protocol/recordBatch/v0' {
  import type Encoder from 'kafkajs/src/protocol/encoder'
  export function RecordBatch(batch: {
    readonly compression?: number
    readonly firstOffset?: bigint
    readonly firstTimestamp?: number
    readonly maxTimestamp?: number
    readonly partitionLeaderEpoch?: number
    readonly lastOffsetDelta?: number
    readonly transactional?: boolean
    readonly producerId?: bigint | number
    readonly producerEpoch?: number
    readonly firstSequence?: number
    readonly records: readonly Encoder[]
  }): Promise<Encoder>
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages' {
  import type Decoder from 'kafkajs/src/protocol/decoder'
  interface OriginalMessage {
    readonly magicByte: number
    readonly attributes: number
    readonly timestamp: string
    readonly offset: string
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Record<string, unknown>
    readonly isControlRecord: boolean
    readonly batchContext: Readonly<Record<string, unknown>>
  }
  function decodeMessages(decoder: Decoder): Promise<OriginalMessage[]>
  export = decodeMessages
}

declare module 'kafkajs/src/consumer/filterAbortedMessages' {
  function filterAbortedMessages<M>(args: {
    readonly messages: readonly M[]
    readonly abortedTransactions: readonly {
      readonly producerId: string
      readonly firstOffset: string
    }[]
  }): M[]
  export = filterAbortedMessages
}

declare module 'kafkajs/src/consumer/batch' {
  interface OriginalBatch {
    readonly messages: readonly { readonly offset: string }[]
    isEmpty(): boolean
    isEmptyIncludingFiltered(): boolean
    isEmptyDueToFiltering(): boolean
    isEmptyControlRecord(): boolean
    isEmptyDueToLogCompactedMessages(): boolean
    firstOffset(): string | null
    lastOffset(): string
    offsetLag(): string
    offsetLagLow(): string
  }
  const Batch: new (topic: string, fetchedOffset: string, data: object) => OriginalBatch
  export = Batch
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response' {
  export function decode(bytes: Buffer): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly messages: readonly unknown[] }[]
    }[]
  }>
}

declare module 'kafkajs/src/protocol/messageSet' {
  import type Encoder from 'kafkajs/src/protocol/encoder'
  function encodeMessageSet(set: {
    readonly messageVersion: number
    readonly compression: number
    readonly entries: readonly object[]
  }): Encoder
  export = encodeMessageSet
}

declare module 'kafkajs/src/protocol/request' {
  function createRequest(args: {
    readonly correlationId: number
    readonly clientId: string | null
    readonly request: object
  }): Promise<{ readonly buffer: Buffer }>
  export = createRequest
}

declare module 'kafkajs/src/protocol/requests/produce/v3/request' {
  function produceRequest(request: object): {
    readonly encode: () => Promise<{ readonly buffer: Buffer; size(): number }>
  }
  export = produceRequest
}
