import type { TableShape } from '../../table/shape/table-shape'
import type { FormatSettings } from './format-settings'

/** Kinds of columns that a setting concerns; those of arrays end with []. */
interface ColumnLoss {
  readonly kinds: RegExp
  readonly happens: (settings: FormatSettings) => boolean
  readonly loss: (settings: FormatSettings) => string
}

const COLUMN_LOSSES: readonly ColumnLoss[] = [
  {
    kinds: /^numeric(?:\[\])?$/,
    happens: ({ modes }) => modes['decimal.handling.mode'] === 'precise',
    loss: () =>
      'decimal.handling.mode=precise writes null for NaN and the infinities, and no zeros at the end of a numeric without a scale; string keeps them',
  },
  {
    kinds: /^(?:numeric|money)(?:\[\])?$/,
    happens: ({ modes }) => modes['decimal.handling.mode'] === 'double',
    loss: () =>
      'decimal.handling.mode=double rounds to some 16 digits, and zeros at the end are those of the declared scale; string is exact',
  },
  {
    kinds: /^(?:timestamp|time) without time zone(?:\[\])?$/,
    happens: ({ modes }) => modes['time.precision.mode'] === 'connect',
    loss: () => 'time.precision.mode=connect cuts microseconds off; isostring keeps them',
  },
  {
    kinds: /^timestamp without time zone(?:\[\])?$/,
    happens: ({ modes }) => modes['time.precision.mode'] === 'nanoseconds',
    loss: () =>
      'time.precision.mode=nanoseconds writes null outside the years 1678 to 2261; isostring has no such bounds',
  },
  {
    kinds: /^interval(?:\[\])?$/,
    happens: ({ modes }) => modes['interval.handling.mode'] === 'numeric',
    loss: () =>
      'interval.handling.mode=numeric writes microseconds, with months of 30.4375 days: facts have hours, minutes and seconds; string keeps the parts',
  },
  {
    kinds: /^(?:bytea|encoded text)$/,
    happens: ({ modes }) => modes['binary.handling.mode'].startsWith('base64'),
    loss: ({ modes }) =>
      `binary.handling.mode=${modes['binary.handling.mode']} writes null for an unchanged TOASTed value, as if the column were NULL; bytes and hex do not`,
  },
]

/** What facts lack or have inexactly because of the settings, each with the setting and what would keep it. */
export function lossesOf(
  settings: FormatSettings,
  tables: readonly TableShape[],
): readonly string[] {
  return [...columnLosses(settings, tables), ...recordLosses(settings), ...unwrapLosses(settings)]
}

function columnLosses(settings: FormatSettings, tables: readonly TableShape[]): readonly string[] {
  return COLUMN_LOSSES.filter(({ happens }) => happens(settings)).flatMap(({ kinds, loss }) => {
    const names = tables.flatMap(({ topic, columns }) =>
      columns
        .filter(({ column }) => kinds.test(column.type.kind))
        .map(({ name }) => `${topic}.${name}`),
    )
    return names.length === 0 ? [] : [`${loss(settings)} (${listed(names)})`]
  })
}

function recordLosses(settings: FormatSettings): readonly string[] {
  const { hasTransactions, skipped, writesNullForFailed, transforms } = settings
  const losses: string[] = []
  if (settings.value.form === 'avro') {
    losses.push('Avro converters write the DEFAULT of a column in the place of NULL')
  } else if (settings.value.replacesNull) {
    losses.push(
      'value.converter.replace.null.with.default=true writes the DEFAULT of a column in the place of NULL; false keeps NULL',
    )
  }
  if (writesNullForFailed) {
    losses.push(
      'event.converting.failure.handling.mode is not fail: a value that Debezium cannot convert is null, or left out',
    )
  }
  if (!hasTransactions) {
    losses.push(
      'provide.transaction.metadata=false: facts have no order within their transaction (source.transaction_order is 0), changes of one row with one LSN differ by their content only, and `facts audit` cannot count the changes of transactions',
    )
  }
  for (const [letter, what] of Object.entries(OPERATIONS)) {
    if (skipped.includes(letter)) losses.push(`skipped.operations has ${letter}: ${what}`)
  }
  if (transforms.filters.length > 0) {
    losses.push(
      `the transform ${transforms.filters.join(', ')} leaves records out: their changes make no facts`,
    )
  }
  return losses
}

const OPERATIONS: Readonly<Record<string, string>> = {
  c: 'inserted rows make no facts',
  u: 'updated rows make no facts',
  d: 'deleted rows make no facts, and their last facts stay',
  t: 'TRUNCATE makes no facts, and the last facts of the rows stay',
}

function unwrapLosses({
  transforms: { unwrap },
  skipped,
  database,
}: FormatSettings): readonly string[] {
  if (unwrap === undefined) return []
  const { added, deletes, replacesNull } = unwrap
  const losses = [
    'ExtractNewRecordState leaves out the row before: TOASTed values are completed from earlier changes only, also with REPLICA IDENTITY FULL',
  ]
  if (!skipped.includes('t')) {
    losses.push('ExtractNewRecordState leaves out TRUNCATE: the last facts of the rows stay')
  }
  if (!deletes.startsWith('rewrite')) {
    losses.push(
      `delete.tombstone.handling.mode=${deletes} leaves no position of a delete: deleted rows make no facts, and their last facts stay; rewrite keeps deletes`,
    )
  }
  if (replacesNull) {
    losses.push(
      'replace.null.with.default of ExtractNewRecordState is true: it may write the DEFAULT of a column in the place of NULL; false keeps NULL',
    )
  }
  const lacking = [
    ...(added.has('source.txId') ? [] : ['source.txId (facts have no transaction id)']),
    ...(added.has('transaction.total_order')
      ? []
      : ['transaction.total_order (facts have no order within their transaction)']),
    ...(added.has('source.ts_us') || added.has('source.ts_ns')
      ? []
      : ['source.ts_us (times of facts are whole milliseconds)']),
    ...(added.has('source.db') || database !== undefined
      ? []
      : ['source.db (facts do not name the database)']),
  ]
  if (lacking.length > 0)
    losses.push(`add.fields of ExtractNewRecordState lacks ${lacking.join(', ')}`)
  return losses
}

const MOST_NAMES = 5

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
