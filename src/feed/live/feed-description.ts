import type { OutboxFields } from '../../fact/declare/outbox-fields'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { Grant } from '../select/grant'
import { Scopes } from '../select/scope'
import type { Selection, SelectionText } from '../select/selection'
import { compileSelection } from '../select/selection'
import type { HubOptions } from './hub'

/** The visible part of a feed's message. */
export interface FeedSchema {
  readonly name: string
  readonly message: string
  readonly schemas: SchemaManifest
}

/** The message of a feed, what of it a grant shows, and what can be selected of it. */
export class FeedDescription {
  private readonly scopes: Scopes

  constructor(
    private readonly options: Pick<HubOptions, 'definition' | 'decoder'>,
    private readonly schemas: SchemaManifest,
  ) {
    const { definition, decoder } = options
    const { keyFields } = definition
    this.scopes = new Scopes({ fullName: decoder.fullName, schemas, keyFields })
  }

  get outbox(): OutboxFields | undefined {
    return this.options.definition.outbox
  }

  describe(grant: Grant): Readonly<Record<string, unknown>> {
    const { definition, decoder } = this.options
    const { name } = definition
    const { schemas } = this.scopes.of(grant)
    const fields = schemas.messages[decoder.fullName]?.fields ?? []
    return {
      name,
      message: decoder.fullName,
      key: definition.keyFields,
      fields: fields.map((field) => field.name),
      indexes: definition.indexes.filter((index) => fields.some((field) => field.name === index)),
      stream: `/feeds/${name}/stream`,
      pages: `/feeds/${name}`,
      ...(this.outbox === undefined ? {} : { events: '/events' }),
    }
  }

  schemaOf(grant: Grant): FeedSchema {
    const { definition, decoder } = this.options
    const { schemas } = this.scopes.of(grant)
    return { name: definition.name, message: decoder.fullName, schemas }
  }

  select(text: SelectionText, grant: Grant, consumer?: string): Selection {
    const { fullName } = this.options.decoder
    const { keyFields, indexes } = this.options.definition
    const scope = this.scopes.of(grant)
    const { outbox, schemas } = this
    return compileSelection(text, {
      fullName,
      keyFields,
      indexes,
      schemas,
      scope,
      outbox,
      consumer,
    })
  }
}
