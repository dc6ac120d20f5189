import { facts } from '../../gen/messages'
import type { FactMessage } from '../../fact/fact-topic'
import type { JsonObject } from '../../protobuf/json/message-json'
import { messageJson, timestampText } from '../../protobuf/json/message-json'
import type { MessageText } from '../../protobuf/json/message-text'
import type { MessageType } from '../../protobuf/message/message-type'
import { decodeMessage } from '../../protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FilterContext } from './filter-context'
import { filterContext } from './filter-context'
import type { HeaderPeek, Instant } from './header-peek'

/** The message that a feed's facts are. */
export interface FactForm {
  readonly type: MessageType<FactMessage>
  readonly fullName: string
  readonly schemas: SchemaManifest
  /** The fast way to its JSON. */
  readonly text: MessageText
}

/** What of a fact was read already, to tell that it is one. */
export interface ReadFact extends HeaderPeek {
  readonly text?: string | undefined
  readonly message?: FactMessage
}

/** What a row is after one change. Its forms are made when asked for, once for all who ask. */
export class Image {
  private jsonForm: JsonObject | undefined
  private contextForm: FilterContext | undefined
  private textForm: string | undefined
  private decoded: FactMessage | undefined
  private readonly kind: number
  private readonly instant: Instant | undefined

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

  /** Of a row that was there before, whether or not the topic still has what it was. */
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

  /** What is damaged behind its header has no fields: it was told as it is, or never, when it was the last one. */
  private decode(): FactMessage {
    try {
      return decodeMessage(this.form.type, this.payload)
    } catch {
      return decodeMessage(this.form.type, Buffer.alloc(0))
    }
  }
}
