import type { FactMessage } from '../../fact/declare/fact-topic'
import { decodeFrame } from '../../protobuf/framing/confluent'
import { messageJson } from '../../protobuf/json/message-json'
import { messageText } from '../../protobuf/json/message-text'
import type { MessageType } from '../../protobuf/message/message-type'
import { fullNameOf } from '../../protobuf/message/message-type'
import { decodeMessage } from '../../protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { SchemaStore } from '../../protobuf/registry/schema-store'
import { WriterSchemas } from '../../protobuf/registry/writer-schemas'
import { peekHeader } from './header-peek'
import type { FactForm } from './image'
import { Image } from './image'

/** Decodes the records of a facts topic to images. */
export class FactDecoder {
  readonly fullName: string
  private readonly form: FactForm
  private readonly writers: WriterSchemas

  constructor(type: MessageType<FactMessage>, schemas: SchemaManifest, store: SchemaStore) {
    this.fullName = fullNameOf(type)
    const { fullName } = this
    this.form = { type, fullName, schemas, text: messageText(fullName, schemas) }
    this.writers = new WriterSchemas(store)
  }

  /** Reads the schemas that these values were written with; await it before `decode`. Throws REGISTRY_UNAVAILABLE. */
  prepareFor(values: Iterable<Buffer | null>): Promise<void> {
    return this.writers.prepare(values)
  }

  /** Undefined when the value is not one of this feed's facts. */
  decode(value: Buffer | null): Image | undefined {
    const payload = this.payloadOf(value)
    if (payload === undefined) return undefined
    const peek = peekHeader(payload)
    const text = peek === undefined ? undefined : this.form.text(payload)
    if (peek === undefined || text === undefined) return this.decodeExactly(payload)
    return new Image(payload, this.form, { kind: peek.kind, time: peek.time, text })
  }

  /** The same for a fact that is not the last of its subject: decoded only as far as needed. */
  decodeLazily(value: Buffer | null): Image | undefined {
    const payload = this.payloadOf(value)
    if (payload === undefined) return undefined
    const peek = peekHeader(payload)
    return peek === undefined ? this.decodeExactly(payload) : new Image(payload, this.form, peek)
  }

  private payloadOf(value: Buffer | null): Buffer | undefined {
    if (value === null) return undefined
    try {
      const frame = decodeFrame(value)
      return this.writers.messageOf(frame) === this.fullName ? frame.payload : undefined
    } catch {
      return undefined
    }
  }

  private decodeExactly(payload: Buffer): Image | undefined {
    try {
      const message = decodeMessage(this.form.type, payload)
      const { header } = message
      if (header === null) return undefined
      const { fullName, schemas } = this.form
      const text = messageJson(message, fullName, schemas)
      const { kind, time } = header
      return new Image(payload, this.form, { kind, time: time ?? undefined, text, message })
    } catch {
      return undefined
    }
  }
}
