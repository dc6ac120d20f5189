import { exactNumber, type JsonObject, type JsonValue } from '../../protobuf/json/json'
import { isObject } from '../../table/exact/envelope'
import type { RecordBytes } from '../../table/exact/record-bytes'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { TableShape } from '../../table/shape/table-shape'
import type { FormatSettings } from '../settings/format-settings'
import type { AddedField, Unwrap } from '../settings/unwrap'
import { formatDiffers } from './format-differs'
import type { RowForm } from './row-form'
import type { Connected } from './connected'

const NANOS_PER_MICRO = 1_000n
/** Written with `rewrite`, besides the fields that are asked for. */
const DELETED = '__deleted'

/** The envelope again of which ExtractNewRecordState has left the row, with what it has added. Throws FORMAT_DIFFERS. */
export function unwrappedEnvelope(
  shape: TableShape,
  rows: RowForm,
  { json, schema }: Connected,
  record: RecordBytes,
  unwrap: Unwrap,
  settings: Pick<FormatSettings, 'connector' | 'database'>,
): JsonObject {
  if (!isObject(json)) throw formatDiffers(shape.topic, 'it is no row, but a single value')
  const added = new Added(shape.topic, json, record, unwrap)
  const op = added.required('op')
  const { connector, schema: schemaName, table } = capturedTopic(shape.topic)
  const snapshot = added.get('source.snapshot') ?? (op === 'r' ? 'true' : 'false')
  const source: JsonObject = {
    name: added.get('source.name') ?? settings.connector ?? connector,
    db: added.get('source.db') ?? settings.database ?? '',
    schema: added.get('source.schema') ?? schemaName,
    table: added.get('source.table') ?? table,
    snapshot,
    lsn: added.get('source.lsn') ?? null,
    sequence: added.get('source.sequence') ?? null,
    txId: added.get('source.txId') ?? null,
    ts_us: added.get('source.ts_us') ?? micros(added.get('source.ts_ns')),
    ts_ms: added.get('source.ts_ms') ?? null,
  }
  const order = added.get('transaction.total_order') ?? null
  const row = rows.read(added.withoutAdded(), schema)
  const isDelete = op === 'd'
  return {
    before: isDelete ? row : null,
    after: isDelete ? null : row,
    source,
    transaction: order === null ? null : { total_order: order },
    op,
  }
}

/** Fields of the envelope among those of the row, or in the headers. */
class Added {
  constructor(
    private readonly topic: string,
    private readonly row: JsonObject,
    private readonly record: RecordBytes,
    private readonly unwrap: Unwrap,
  ) {}

  /** Undefined when it was not added, or is null. */
  get(path: string): JsonValue | undefined {
    const field = this.unwrap.added.get(path)
    const value = field === undefined ? undefined : this.at(field)
    return value === null ? undefined : value
  }

  required(path: string): JsonValue {
    const value = this.get(path)
    if (value !== undefined) return value
    const { row } = this
    const name = this.unwrap.added.get(path)?.name ?? path
    const isWhole = Object.hasOwn(row, 'op') && isObject(row['source'])
    throw formatDiffers(
      this.topic,
      isWhole
        ? 'it is a whole envelope, and the format says ExtractNewRecordState: remove that from "transforms" in the format'
        : `it has no ${name}, which ExtractNewRecordState adds by the format: correct add.fields, add.headers and their prefixes in the format as they are on the connector`,
    )
  }

  /** The row alone. */
  withoutAdded(): JsonObject {
    const names = new Set([DELETED])
    for (const { in: where, name } of this.unwrap.added.values()) {
      if (where === 'value') names.add(name)
    }
    return Object.fromEntries(Object.entries(this.row).filter(([name]) => !names.has(name)))
  }

  private at({ in: where, name }: AddedField): JsonValue | undefined {
    if (where === 'value') return this.row[name]
    const header = this.record.headers?.[name]
    return header === undefined ? undefined : headerValue(header.toString())
  }
}

/** A header as Connect's converters write a scalar: text as it is or in quotes, numbers in digits. */
function headerValue(text: string): JsonValue {
  if (/^-?[0-9]+$/.test(text)) return exactNumber(text)
  if (text === 'null') return null
  return /^".*"$/s.test(text) ? (JSON.parse(text) as string) : text
}

function micros(nanos: JsonValue | undefined): JsonValue {
  return typeof nanos === 'bigint' || typeof nanos === 'number'
    ? BigInt(nanos) / NANOS_PER_MICRO
    : null
}
