import { facts } from '../gen/messages'
import type { JsonObject } from '../wire/message-json'
import { messageJsonValue } from '../wire/message-json'
import type { FactMessage } from '../fact/fact-topic'
import type { SchemaManifest } from '../wire/schema-manifest'
import type { FilterContext } from './filter/filter-context'
import { filterContext } from './filter/filter-context'

/** What a row is after one change, decoded; its other forms are made when asked for, once for all who ask. */
export class Image {
  private jsonForm: JsonObject | undefined
  private contextForm: FilterContext | undefined

  constructor(
    readonly message: FactMessage,
    private readonly fullName: string,
    private readonly schemas: SchemaManifest,
  ) {}

  get isDelete(): boolean {
    return this.message.header?.kind === facts.v1.Kind.KIND_DELETED
  }

  /** Protobuf's canonical JSON, as an object. */
  get json(): JsonObject {
    return (this.jsonForm ??= messageJsonValue(this.message, this.fullName, this.schemas))
  }

  /** The fields as filters see them. */
  get context(): FilterContext {
    return (this.contextForm ??= filterContext(this.message, this.fullName, this.schemas))
  }

  /** Commit time of the source transaction, RFC 3339; undefined when the fact has none. */
  get time(): string | undefined {
    const header = this.json['header'] as JsonObject | undefined
    return header?.['time'] as string | undefined
  }
}
