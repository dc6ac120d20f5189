import { FactsError } from '../../errors'
import { decodeFrame } from '../framing/confluent'
import { messageJson } from '../json/message-json'
import type { MessageType } from '../message/message-type'
import { fullNameOf } from '../message/message-type'
import { decodeMessage } from './protobuf-serde'
import type { SchemaManifest } from '../message/schema-manifest'
import type { SchemaStore } from '../registry/schema-store'
import { WriterSchemas } from '../registry/writer-schemas'

export interface FramePrinterOptions {
  /** The expected messages; any other is FRAME_INVALID. */
  readonly types: readonly MessageType<object>[]
  readonly schemas: SchemaManifest
  readonly store: SchemaStore
}

/** Prints framed messages as protobuf JSON. */
export interface FramePrinter {
  /** Reads the schemas that these values were written with; await it before a batch. */
  prepareFor(values: Iterable<Buffer | null>): Promise<void>
  /** One line of protobuf JSON. Throws FRAME_INVALID when the value is not one of the messages. */
  print(value: Buffer): string
}

export function framePrinter({ types, schemas, store }: FramePrinterOptions): FramePrinter {
  const byName = new Map(types.map((type) => [fullNameOf(type), type]))
  const writers = new WriterSchemas(store)
  return {
    prepareFor: (values) => writers.prepare(values),
    print(value) {
      const frame = decodeFrame(value)
      const name = writers.messageOf(frame)
      const type = byName.get(name)
      if (type === undefined)
        throw new FactsError('FRAME_INVALID', `${name} is not one of the expected messages.`)
      return messageJson(decodeMessage(type, frame.payload), name, schemas)
    },
  }
}
