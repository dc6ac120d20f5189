import { FactsError } from '../../errors'
import type { RecordBytes } from '../../table/exact/record-bytes'
import { isObject } from '../../table/exact/envelope'
import type { TableShape } from '../../table/shape/table-shape'
import type { FormatSettings } from '../settings/format-settings'
import type { ValueSettings } from '../values/column-reader'
import { wholeEnvelope } from './envelope-form'
import { headerFaults, simpleHeaderKey } from './header-key'
import { jsonText } from './json-text'
import { RowForm } from './row-form'
import { unwrappedEnvelope } from './unwrapped-form'
import { avroReader, schemaIdOf } from './avro-reader'
import { avroSchema, type AvroSchema } from './avro-schema'
import type { Connected, WireReader } from './connected'
import { jsonReader } from './json-reader'

/** Bytes of a key that an error shows. */
const LONGEST_KEY = 500

/** In a header a numeric is its text. */
const HEADER_MODE = { 'decimal.handling.mode': 'string' } as const

/** Text of a registry's schema by its id; undefined when it has none. */
export type SchemaText = (id: number) => Promise<string | undefined>

/** Undefined for a text that is no Avro schema: its records are not read then. */
function parsed(text: string): AvroSchema | undefined {
  try {
    return avroSchema(text)
  } catch {
    return undefined
  }
}

/**
 * Brings the records of one table, written with other settings, to the form that the decoder
 * reads: JSON without schemas, decimals and times as text, bytes in base64, Debezium's own placeholder.
 */
export class RecordForm {
  private readonly key: WireReader
  private readonly value: WireReader
  private readonly header: WireReader
  private readonly rows: RowForm
  private readonly headerRows: RowForm
  /** By id; ids of a registry are never given to another schema. */
  private readonly schemas = new Map<number, AvroSchema>()

  constructor(
    private readonly shape: TableShape,
    private readonly settings: FormatSettings,
  ) {
    const { topic } = shape
    this.key = this.reader('key')
    this.value = this.reader('value')
    this.header = jsonReader('key', topic, true)
    this.rows = new RowForm(shape, settings)
    const modes: ValueSettings['modes'] = { ...settings.modes, ...HEADER_MODE }
    this.headerRows = new RowForm(shape, { ...settings, modes })
  }

  /** Whether the records name schemas of a registry, which have to be fetched before. */
  get needsSchemas(): boolean {
    const { key, value } = this.settings
    return key.form === 'avro' || value.form === 'avro'
  }

  /**
   * Fetches the schemas of the records that are not known yet. `textOf`: text of a schema, undefined when the registry does not
   * have it; throws FactsError.
   */
  async prepare(records: readonly RecordBytes[], textOf: SchemaText): Promise<void> {
    const { schemas, settings } = this
    const ids = new Set<number>()
    for (const record of records) {
      for (const part of ['key', 'value'] as const) {
        const id = settings[part].form === 'avro' ? schemaIdOf(record[part]) : undefined
        if (id !== undefined && !schemas.has(id)) ids.add(id)
      }
    }
    for (const id of ids) {
      const text = await textOf(id)
      const schema = text === undefined ? undefined : parsed(text)
      if (schema !== undefined) schemas.set(id, schema)
    }
  }

  /** What of the table cannot be read with these settings. */
  faults(): readonly string[] {
    const { settings, shape } = this
    const isConnect = settings.modes['time.precision.mode'] === 'connect'
    return [
      ...(settings.value.form === 'json' || settings.key.form === 'json' ? this.rows.faults() : []),
      ...(isConnect && settings.headers === 'simple' ? headerFaults(shape) : []),
    ]
  }

  /** Throws FactsError: FORMAT_DIFFERS, JSON_INVALID or KEY_INVALID. */
  canonical(record: RecordBytes): RecordBytes {
    try {
      return this.read(record)
    } catch (error) {
      const { key } = record
      if (!(error instanceof FactsError) || key === null) throw error
      const shown = key.subarray(0, LONGEST_KEY)
      throw error.at({ key: shown.toString(shown[0] === 0 ? 'hex' : 'utf8') })
    }
  }

  private read(record: RecordBytes): RecordBytes {
    const key = record.key === null ? null : this.keyBytes(this.key(record.key))
    if (record.value === null) return { key, value: null }
    const { shape, rows, settings } = this
    const { unwrap } = settings.transforms
    const connected = this.value(record.value)
    // The tombstone that ExtractNewRecordState makes of a delete.
    if (connected.json === null) return { key, value: null }
    const envelope =
      unwrap === undefined
        ? wholeEnvelope(shape, rows, connected)
        : unwrappedEnvelope(shape, rows, connected, record, unwrap, settings)
    return { key, value: Buffer.from(jsonText(envelope)) }
  }

  /** The bytes of a key from the header of a change of the primary key. Throws FactsError as `canonical` does. */
  canonicalHeader(header: Buffer): Buffer {
    if (this.settings.headers === 'json') return this.keyBytes(this.header(header))
    const key = simpleHeaderKey(this.shape, header)
    return key === undefined ? header : Buffer.from(jsonText(this.headerRows.read(key, undefined)))
  }

  private reader(part: 'key' | 'value'): WireReader {
    const { topic } = this.shape
    const { form } = this.settings[part]
    if (form === 'avro') return avroReader(part, topic, this.schemas)
    return jsonReader(part, topic, form === 'json-with-schemas')
  }

  private keyBytes({ json, schema }: Connected): Buffer {
    return Buffer.from(jsonText(isObject(json) ? this.rows.read(json, schema) : json))
  }
}
