import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FieldPath } from '../filter/field-path'
import { fieldPath } from '../filter/field-path'
import type { Filter } from '../filter/filter'
import { FilterCompiler, filterOf } from '../filter/filter'
import { projection } from '../filter/projection'
import { visibleSchemas } from '../filter/visible-schemas'
import type { Grant } from './grant'
import { Problem } from '../problem'

/** A compiled grant. */
export interface Scope {
  readonly grant: Grant
  /** Filter of the granted set; undefined when every fact is granted. */
  readonly granted: Filter | undefined
  /** Visible fields; undefined when all are visible. */
  readonly visible: readonly FieldPath[] | undefined
  /** The visible part of the message. */
  readonly schemas: SchemaManifest
  /** Compiler of the reader's own filters, limited to visible fields. */
  readonly filters: FilterCompiler
}

const ALWAYS: FieldPath = ['header', 'subject']
/** Most grants that are cached: there are few, and every request uses one. */
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

  /** Throws Problem `not-allowed` when the grant is invalid for this feed. */
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
    const refused = "The token's rights on this feed are invalid."
    const filter = allowed(refused, () => this.filters.compile(where))
    // Without the fact's subject: the token may not grant it.
    const tooLong =
      "The filter in the token's rights on this feed is too costly on one of its facts."
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
