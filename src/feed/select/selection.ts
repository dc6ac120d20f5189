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
import type { EventFormat } from './event-format'
import type { OutboxFields } from '../../fact/declare/outbox-fields'
import { addressedTo } from './outbox'
import { Problem } from '../problem'
import type { Scope } from './scope'
import type { Shard } from './shard'
import { inShard } from './shard'

/** A reader's selection of a feed, as text. */
export interface SelectionText {
  readonly where?: string | undefined
  /** Comma-separated fields. */
  readonly changesOn?: string | undefined
  /** Comma-separated fields. */
  readonly select?: string | undefined
  readonly shard?: Shard | undefined
  readonly format?: EventFormat | undefined
}

/** A compiled selection. */
export interface Selection {
  /** Filter of the set, within the granted one. */
  readonly where: Filter
  /** Value of the key or an indexed field that every fact in the set has. Undefined when there is none. */
  readonly cover: Equality | undefined
  /** The only keys that can be in the set, in order. Undefined when any can be. */
  readonly subjects: readonly Buffer[] | undefined
  /** Filter of the facts that the reader may see: the granted set, and for an outbox the subscriber. Undefined when all. */
  readonly granted: Filter | undefined
  readonly changesOn: readonly FieldPath[] | undefined
  /** Whether every fact and field is granted. */
  readonly isUnrestricted: boolean
  /** Projection to the selected fields; undefined when all are selected. */
  readonly project: Projection | undefined
  /** Projection of a `remove`. */
  readonly projectRemoved: Projection
  /** Whether a record's key is in the chosen shard. */
  readonly inShard: (key: Buffer) => boolean
  readonly format: EventFormat
  /** Hash of the set and of `changes_on`; part of each cursor. 8 bytes. */
  readonly identity: Buffer
  /** Equal for readers that get the same bytes. */
  readonly className: string
}

/** Most fields in `select` and `changes_on`. */
const MAX_PATHS = 64
/** Most characters of an unknown name that a message repeats. */
const MAX_NAME = 200
const ALWAYS: FieldPath = ['header', 'subject']

export interface SelectionOptions {
  readonly fullName: string
  readonly schemas: SchemaManifest
  readonly keyFields: readonly string[]
  /** JSON names of the indexed fields. */
  readonly indexes: readonly string[]
  readonly scope: Scope
  readonly outbox?: OutboxFields | undefined
  /** The consumer; events of an outbox for other subscribers are not sent. */
  readonly consumer?: string | undefined
}

/** Compiles the intersection of the request and the grant. Throws Problem when a field does not exist or the filter is wrong. */
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
    // Fields below a selected one may be hidden, and an update must not reveal their changes.
    changesOn: visible && changing ? common(changing, visible) : changing,
    project: shown && projection(shown),
    projectRemoved: projection([...inHeader, ...keys]),
    inShard: shard === undefined ? () => true : (key) => inShard(key, shard),
    format,
    identity,
    className: JSON.stringify([
      where,
      changesOn,
      select,
      shard,
      format,
      grant.where,
      grant.fields,
      ...(outbox === undefined ? [] : [consumer]),
    ]),
  }
}

/** An event without its type or payload would be a different event. */
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
    'The token does not grant all the fields of an event. The feed itself shows the granted fields.',
  )
}

function both(granted: Filter | undefined, wanted: Filter | undefined): Filter {
  if (granted === undefined) return wanted ?? EVERY_FACT
  if (wanted === undefined) return granted
  const choices = [...granted.choices, ...wanted.choices]
  return filterOf((image) => granted(image) && wanted(image), choices)
}

/**
 * Whether the field's value is the record's key: the fact's subject, or the field of a single-column integer key. Integers
 * only, which have one text: an enum, a date or a UUID may have another text in the database.
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
