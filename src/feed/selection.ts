import { createHash } from 'node:crypto'
import type { SchemaManifest } from '../wire/schema-manifest'
import type { FieldPath } from './filter/field-path'
import { common, fieldPath } from './filter/field-path'
import type { Equality } from './filter/equality'
import type { Filter } from './filter/filter'
import { EVERY_FACT, filterOf } from './filter/filter'
import type { Projection } from './filter/projection'
import { projection } from './filter/projection'
import type { EventFormat } from './event-text'
import { Problem } from './problem'
import type { Scope } from './scope'
import type { Shard } from './shard'
import { inShard } from './shard'

/** What a reader chose to see of a feed, as text. */
export interface SelectionText {
  readonly where?: string | undefined
  /** Comma-separated fields. */
  readonly changesOn?: string | undefined
  /** Comma-separated fields. */
  readonly select?: string | undefined
  readonly shard?: Shard | undefined
  readonly format?: EventFormat | undefined
}

/** The same, ready for use. */
export interface Selection {
  /** The set: within the granted one. */
  readonly where: Filter
  /** Of an indexed field: what every fact in the set has. Undefined when there is none. */
  readonly cover: Equality | undefined
  /** The granted set alone, unless everything is granted. */
  readonly granted: Filter | undefined
  readonly changesOn: readonly FieldPath[] | undefined
  readonly project: Projection
  /** What of a fact a `remove` shows. */
  readonly projectRemoved: Projection
  /** Whether a record's key is in the chosen shard. */
  readonly inShard: (key: Buffer) => boolean
  readonly format: EventFormat
  /** The set and what is told of it; part of each cursor. 8 bytes. */
  readonly identity: Buffer
  /** Equal for readers that get the same bytes. */
  readonly className: string
}

/** How many fields `select` and `changes_on` may name. */
const MAX_PATHS = 64
const ALWAYS: FieldPath = ['header', 'subject']

export interface SelectionOptions {
  readonly fullName: string
  readonly schemas: SchemaManifest
  readonly keyFields: readonly string[]
  /** JSON names of the fields that sets can be found by. */
  readonly indexes: readonly string[]
  readonly scope: Scope
}

/** The narrower of what was chosen and what is granted. Throws Problem when a field does not exist or the filter is wrong. */
export function compileSelection(
  { where, changesOn, select, shard, format = 'facts' }: SelectionText,
  { fullName, schemas, keyFields, indexes, scope }: SelectionOptions,
): Selection {
  const { grant, granted, visible, filters } = scope
  const changing = parsePaths('changes_on', changesOn, fullName, scope.schemas)
  const selected = parsePaths('select', select, fullName, schemas)
  const keys = keyFields.map((name) => [name])
  const chosen = visible && selected ? common(selected, visible) : (selected ?? visible)
  const shown = chosen && [ALWAYS, ...keys, ...chosen]
  const inHeader = shown?.filter(([first]) => first === 'header') ?? [['header']]
  const wanted = where === undefined ? undefined : filters.compile(where)
  const identity = createHash('sha256')
    .update(
      JSON.stringify([
        where ?? '',
        changing?.map((path) => path.join('.')).sort() ?? [],
        shard ?? null,
        ...(grant.where === undefined ? [] : [grant.where]),
      ]),
    )
    .digest()
    .subarray(0, 8)
  const all = both(granted, wanted)
  return {
    where: all,
    cover: all.equalities.find(({ field }) => indexes.includes(field)),
    granted,
    // What is below a field may be hidden, and must not be told of by an update.
    changesOn: visible && changing ? common(changing, visible) : changing,
    project: projection(shown),
    projectRemoved: projection([...inHeader, ...keys]),
    inShard: shard === undefined ? () => true : (key) => inShard(key, shard),
    format,
    identity,
    className: JSON.stringify([where, changesOn, select, shard, format, grant.where, grant.fields]),
  }
}

function both(granted: Filter | undefined, wanted: Filter | undefined): Filter {
  if (granted === undefined) return wanted ?? EVERY_FACT
  if (wanted === undefined) return granted
  const equalities = [...granted.equalities, ...wanted.equalities]
  return filterOf((image) => granted(image) && wanted(image), equalities)
}

function parsePaths(
  parameter: string,
  text: string | undefined,
  fullName: string,
  schemas: SchemaManifest,
): readonly FieldPath[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  if (names.length > MAX_PATHS) {
    throw new Problem(
      'parameter-invalid',
      `${parameter} names ${names.length} fields; ${MAX_PATHS} is the most.`,
      { parameter },
    )
  }
  return names.map((name) => {
    const path = fieldPath(name, fullName, schemas)
    if (path !== undefined) return path
    throw new Problem(
      'parameter-invalid',
      `${parameter} names "${name}", and there is no such field. GET /feeds lists the fields.`,
      { parameter, field: name },
    )
  })
}
