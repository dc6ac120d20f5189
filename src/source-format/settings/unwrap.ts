import type { ConnectorSettings } from './connector-settings'

/** Where a field of the envelope is in a record of ExtractNewRecordState. */
export interface AddedField {
  readonly in: 'value' | 'header'
  readonly name: string
}

/** What ExtractNewRecordState leaves of an envelope. */
export interface Unwrap {
  /** Where each added field is, by its place in the envelope: "op", "source.lsn", "transaction.total_order". */
  readonly added: ReadonlyMap<string, AddedField>
  readonly deletes:
    'drop' | 'tombstone' | 'rewrite' | 'rewrite-with-tombstone' | 'delete-to-tombstone'
  readonly replacesNull: boolean
}

/** Fields of the envelope itself; a field without a struct that is none of these is one of `source`. */
const OF_ENVELOPE = new Set([
  'op',
  'before',
  'after',
  'source',
  'transaction',
  'ts_ms',
  'ts_us',
  'ts_ns',
])

/** What the transform of the name makes of an envelope; a text when it cannot be read. */
export function unwrapOf(settings: ConnectorSettings, transform: string): Unwrap | string {
  const option = (name: string): string | undefined => settings[`transforms.${transform}.${name}`]
  const flattened = option('route.by.field')
  const deletes = deletesOf(option)
  if (deletes === undefined) {
    return `transforms.${transform}.delete.tombstone.handling.mode is "${option('delete.tombstone.handling.mode') ?? ''}"; it may be drop, tombstone, rewrite, rewrite-with-tombstone or delete-to-tombstone`
  }
  if (flattened !== undefined) {
    return `transforms.${transform}.route.by.field names topics by the rows' values: a row's changes are then not in the order of one topic; remove it`
  }
  if (option('drop.fields.header.name') !== undefined) {
    return `transforms.${transform}.drop.fields.header.name takes fields out of the rows; remove it`
  }
  const added = new Map([
    ...placed('header', option('add.headers'), option('add.headers.prefix')),
    ...placed('value', option('add.fields'), option('add.fields.prefix')),
  ])
  const missing = missingOf(added)
  if (missing !== undefined) {
    return `ExtractNewRecordState leaves ${missing} out of its records, without which no change has its place: add op, source.lsn and source.ts_us to transforms.${transform}.add.fields (now "${option('add.fields') ?? ''}")`
  }
  return { added, deletes, replacesNull: option('replace.null.with.default') !== 'false' }
}

function missingOf(added: ReadonlyMap<string, AddedField>): string | undefined {
  if (!added.has('op')) return 'the operation (op)'
  if (!added.has('source.lsn') && !added.has('source.sequence')) return 'the position (source.lsn)'
  const times = ['source.ts_us', 'source.ts_ns', 'source.ts_ms']
  return times.some((time) => added.has(time)) ? undefined : 'the time of the commit (source.ts_us)'
}

/** `add.fields` or `add.headers`: names with a new name after a colon. */
function placed(
  where: AddedField['in'],
  list: string | undefined,
  prefix = '__',
): readonly (readonly [string, AddedField])[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [path = '', renamed] = entry.split(':')
      const name = `${prefix}${renamed ?? path.replace('.', '_')}`
      const isWhole = path.includes('.') || OF_ENVELOPE.has(path)
      return [isWhole ? path : `source.${path}`, { in: where, name }]
    })
}

/** Undefined for a mode that there is not. The earlier options, before 2.5, say the same in two. */
function deletesOf(option: (name: string) => string | undefined): Unwrap['deletes'] | undefined {
  const mode = option('delete.tombstone.handling.mode')
  switch (mode) {
    case 'drop':
    case 'tombstone':
    case 'rewrite':
    case 'rewrite-with-tombstone':
    case 'delete-to-tombstone':
      return mode
    case undefined:
      break
    default:
      return undefined
  }
  const keeps = option('drop.tombstones') === 'false'
  const earlier = option('delete.handling.mode')
  if (earlier === 'rewrite') return keeps ? 'rewrite-with-tombstone' : 'rewrite'
  if (earlier === 'drop') return keeps ? 'tombstone' : 'drop'
  // Deletes as null values, which nothing but a tombstone's key is left of.
  return earlier === 'none' ? 'delete-to-tombstone' : 'tombstone'
}
