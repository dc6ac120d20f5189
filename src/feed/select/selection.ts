import { createHash } from 'node:crypto'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FieldPath } from '../filter/field-path'
import { common, fieldPath, outermost } from '../filter/field-path'
import type { Equality } from '../filter/equality'
import type { Filter } from '../filter/filter'
import { EVERY_FACT, filterOf } from '../filter/filter'
import { fieldsOf, isInteger } from '../image/value-type'
import type { Projection } from '../filter/projection'
import { projection } from '../filter/projection'
import type { EventFormat } from '../event/event-text'
import type { OutboxFields } from './outbox'
import { addressedTo } from './outbox'
import { Problem } from '../problem'
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
  /** Of the key or an indexed field: what every fact in the set has. Undefined when there is none. */
  readonly cover: Equality | undefined
  /** Keys of the only records that can be in the set, in their order. Undefined when any can be. */
  readonly subjects: readonly Buffer[] | undefined
  /** What the reader may see: the granted set, and of an outbox what is addressed to him. Undefined when it is all. */
  readonly granted: Filter | undefined
  readonly changesOn: readonly FieldPath[] | undefined
  /** Every fact and field is granted. */
  readonly isUnrestricted: boolean
  /** What of a fact is shown; undefined when it is all. */
  readonly project: Projection | undefined
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
/** How much of a name that is not known is repeated. */
const MAX_NAME = 200
const ALWAYS: FieldPath = ['header', 'subject']

export interface SelectionOptions {
  readonly fullName: string
  readonly schemas: SchemaManifest
  readonly keyFields: readonly string[]
  /** JSON names of the fields that sets can be found by. */
  readonly indexes: readonly string[]
  readonly scope: Scope
  readonly outbox?: OutboxFields | undefined
  /** Who reads; what an outbox addresses to others is not told. */
  readonly consumer?: string | undefined
}

/** The narrower of what was chosen and what is granted. Throws Problem when a field does not exist or the filter is wrong. */
export function compileSelection(
  { where, changesOn, select, shard, format = 'facts' }: SelectionText,
  { fullName, schemas, keyFields, indexes, scope, outbox, consumer }: SelectionOptions,
): Selection {
  const { grant, visible, filters } = scope
  if (outbox !== undefined && format === 'events') refusePart(outbox, visible)
  const granted = outbox ? both(scope.granted, addressedTo(consumer, outbox)) : scope.granted
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
        ...(outbox === undefined ? [] : [{ consumer: consumer ?? null }]),
      ]),
    )
    .digest()
    .subarray(0, 8)
  const all = both(granted, wanted)
  const isKey = keyTest(keyFields, fullName, schemas)
  return {
    where: all,
    cover:
      all.equalities.find(({ field }) => isKey(field)) ??
      all.equalities.find(({ field }) => indexes.includes(field)),
    subjects: subjectsOf(all, isKey),
    granted,
    isUnrestricted: grant.where === undefined && visible === undefined,
    // What is below a field may be hidden, and must not be told of by an update.
    changesOn: visible && changing ? common(changing, visible) : changing,
    project: shown && projection(shown),
    projectRemoved: projection([...inHeader, ...keys]),
    inShard: shard === undefined ? () => true : (key) => inShard(key, shard),
    format,
    identity,
    className: JSON.stringify([
      ...[where, changesOn, select, shard, format, grant.where, grant.fields],
      ...(outbox === undefined ? [] : [consumer]),
    ]),
  }
}

/** An event without its type or its payload would be another one. */
function refusePart(
  { type, payload, patchOf }: OutboxFields,
  visible: readonly FieldPath[] | undefined,
): void {
  const isWhole = (field: string): boolean =>
    visible?.some((path) => path.length === 1 && path[0] === field) ?? true
  const hidden = [type, payload, patchOf].filter((field) => !isWhole(field))
  if (hidden.length === 0) return
  throw new Problem(
    'not-allowed',
    'The token does not grant all the fields that events are made of. The feed shows those that it grants.',
  )
}

function both(granted: Filter | undefined, wanted: Filter | undefined): Filter {
  if (granted === undefined) return wanted ?? EVERY_FACT
  if (wanted === undefined) return granted
  const choices = [...granted.choices, ...wanted.choices]
  return filterOf((image) => granted(image) && wanted(image), choices)
}

/**
 * Whether the field's value is the record's key: that is the fact's subject, and of a key of one column the text of its field.
 * Of whole numbers only, which have one text: an enum, a date or an UUID may be written otherwise in the database.
 */
function keyTest(
  keyFields: readonly string[],
  fullName: string,
  schemas: SchemaManifest,
): (field: string) => boolean {
  const [key, ...others] = keyFields
  const { type = '' } = fieldsOf(fullName, schemas).find(({ name }) => name === key) ?? {}
  const isSingle = others.length === 0 && isInteger(type)
  return (field) => field === 'header.subject' || (isSingle && field === key)
}

function subjectsOf(
  { choices }: Filter,
  isKey: (field: string) => boolean,
): readonly Buffer[] | undefined {
  const choice = choices.find(({ field }) => isKey(field))
  return choice?.values.map((value) => Buffer.from(value)).sort((one, other) => one.compare(other))
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
  const paths = names.map((name) => {
    const path = fieldPath(name, fullName, schemas)
    if (path !== undefined) return path
    const field = name.slice(0, MAX_NAME)
    throw new Problem(
      'parameter-invalid',
      `${parameter} names "${field}", and there is no such field. GET /feeds lists the fields.`,
      { parameter, field },
    )
  })
  return outermost(paths)
}
