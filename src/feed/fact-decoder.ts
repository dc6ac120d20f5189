import type { FactMessage } from '../fact/fact-topic'
import { decodeFrame } from '../wire/confluent'
import type { MessageType } from '../wire/message-type'
import { fullNameOf } from '../wire/message-type'
import { decodeMessage } from '../wire/protobuf'
import type { SchemaManifest } from '../wire/schema-manifest'
import type { SchemaStore } from '../wire/schema-store'
import { WriterSchemas } from '../wire/writer-schemas'
import { Image } from './image'

/** Bytes of a facts topic to images. */
export class FactDecoder {
  readonly fullName: string
  private readonly writers: WriterSchemas

  constructor(
    private readonly type: MessageType<FactMessage>,
    private readonly schemas: SchemaManifest,
    store: SchemaStore,
  ) {
    this.fullName = fullNameOf(type)
    this.writers = new WriterSchemas(store)
  }

  /** Reads the schemas that these values were written with; await it before `decode`. Throws REGISTRY_UNAVAILABLE. */
  prepareFor(values: Iterable<Buffer | null>): Promise<void> {
    return this.writers.prepare(values)
  }

  /** Undefined when the value is not one of this feed's facts. */
  decode(value: Buffer | null): Image | undefined {
    if (value === null) return undefined
    try {
      const frame = decodeFrame(value)
      if (this.writers.messageOf(frame) !== this.fullName) return undefined
      const message = decodeMessage(this.type, frame.payload)
      return message.header === null ? undefined : new Image(message, this.fullName, this.schemas)
    } catch {
      return undefined
    }
  }
}
