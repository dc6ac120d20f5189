import { facts } from '../../gen/messages'
import type { FactMessage } from '../../fact/declare/fact-topic'
import type { JsonObject } from '../../protobuf/json/message-json'
import { messageJson, timestampText } from '../../protobuf/json/message-json'
import type { MessageText } from '../../protobuf/json/message-text'
import type { MessageType } from '../../protobuf/message/message-type'
import { decodeMessage } from '../../protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FilterContext } from './filter-context'
import { filterContext } from './filter-context'
import type { HeaderPeek, ProtoTime } from './header-peek'

/** The message type of a feed's facts. */
export interface FactForm {
  readonly type: MessageType<FactMessage>
  readonly fullName: string
  readonly schemas: SchemaManifest
  /** Fast conversion to JSON. */
  readonly text: MessageText
}

/** The part of a fact that was read to identify it. */
export interface ReadFact extends HeaderPeek {
  readonly text?: string | undefined
  readonly message?: FactMessage
}

/** The state of a row after one change. Its forms are made on first use and shared. */
export class Image {
  private jsonForm: JsonObject | undefined
  private contextForm: FilterContext | undefined
  private textForm: string | undefined
  private decoded: FactMessage | undefined
  private readonly kind: number
  private readonly instant: ProtoTime | undefined

  constructor(
    private readonly payload: Buffer,
    private readonly form: FactForm,
    { kind, time, text, message }: ReadFact,
  ) {
    this.kind = kind
    this.instant = time
    this.textForm = text
    this.decoded = message
  }

  get isDelete(): boolean {
    return this.kind === facts.v1.Kind.KIND_DELETED
  }

  /** Whether the row existed before, even if the topic no longer has that fact. */
  get isUpdate(): boolean {
    return this.kind === facts.v1.Kind.KIND_UPDATED
  }

  /** Bytes of the message. */
  get size(): number {
    return this.payload.length
  }

  /** Commit time of the source transaction, RFC 3339; undefined when the fact has none. */
  get time(): string | undefined {
    return this.instant && timestampText(this.instant.seconds, this.instant.nanos)
  }

  get message(): FactMessage {
    return (this.decoded ??= this.decode())
  }

  /** Protobuf's canonical JSON. */
  get text(): string {
    const { form } = this
    return (this.textForm ??=
      form.text(this.payload) ?? messageJson(this.message, form.fullName, form.schemas))
  }

  /** The same as an object. */
  get json(): JsonObject {
    return (this.jsonForm ??= JSON.parse(this.text) as JsonObject)
  }

  /** The fields as filters see them. */
  get context(): FilterContext {
    const { fullName, schemas } = this.form
    return (this.contextForm ??= filterContext(this.message, fullName, schemas))
  }

  /** A payload damaged after its header decodes as an empty message. */
  private decode(): FactMessage {
    try {
      return decodeMessage(this.form.type, this.payload)
    } catch {
      return decodeMessage(this.form.type, Buffer.alloc(0))
    }
  }
}
