import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FieldPath } from '../filter/field-path'
import { fieldPath } from '../filter/field-path'
import type { Filter } from '../filter/filter'
import { FilterCompiler, filterOf } from '../filter/filter'
import { projection } from '../filter/projection'
import { visibleSchemas } from '../filter/visible-schemas'
import type { Grant } from './grant'
import { Problem } from '../problem'

/** A grant, ready for use. */
export interface Scope {
  readonly grant: Grant
  /** Whether the fact is in the granted set; undefined when all are. */
  readonly granted: Filter | undefined
  /** Undefined when all fields may be seen. */
  readonly visible: readonly FieldPath[] | undefined
  /** Message and fields as far as they may be seen. */
  readonly schemas: SchemaManifest
  /** Of the reader's own filters, which must not ask for what may not be seen. */
  readonly filters: FilterCompiler
}

const ALWAYS: FieldPath = ['header', 'subject']
/** Grants are few, and asked for with every request. */
const MAX_KEPT = 1_000

export interface ScopesOptions {
  readonly fullName: string
  readonly schemas: SchemaManifest
  readonly keyFields: readonly string[]
}

/** Compiles grants over one message. */
export class Scopes {
  private readonly kept = new Map<string, Scope>()
  private readonly filters: FilterCompiler

  constructor(private readonly options: ScopesOptions) {
    this.filters = new FilterCompiler(options.fullName, options.schemas)
  }

  /** Throws Problem `not-allowed` when the grant cannot be used on this feed: nothing is shown then. */
  of(grant: Grant): Scope {
    const key = JSON.stringify([grant.where, grant.fields])
    const found = this.kept.get(key)
    if (found !== undefined) return found
    if (this.kept.size >= MAX_KEPT) this.kept.clear()
    const made = this.make(grant)
    this.kept.set(key, made)
    return made
  }

  private make(grant: Grant): Scope {
    const { schemas, fullName, keyFields } = this.options
    const granted = grant.where === undefined ? undefined : this.compiled(grant.where)
    if (grant.fields === undefined) {
      return { grant, granted, visible: undefined, schemas, filters: this.filters }
    }
    const paths = grant.fields.map((name) => fieldPath(name, fullName, schemas))
    const visible = [
      ALWAYS,
      ...keyFields.map((name) => [name]),
      ...paths.filter((path) => path !== undefined),
    ]
    const pruned = visibleSchemas(schemas, fullName, visible)
    const filters = new FilterCompiler(fullName, pruned, projection(visible))
    return { grant, granted, visible, schemas: pruned, filters }
  }

  private compiled(where: string): Filter {
    const refused = 'What the token grants of this feed cannot be used.'
    const filter = allowed(refused, () => this.filters.compile(where))
    // Of which fact is not told: it may be one that the token does not grant.
    const tooLong = 'What the token grants of this feed takes too long on one of its facts.'
    return filterOf((image) => allowed(tooLong, () => filter(image)), filter.choices)
  }
}

function allowed<T>(detail: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof Problem ? new Problem('not-allowed', detail) : error
  }
}
