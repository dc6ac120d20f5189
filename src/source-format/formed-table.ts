import type { RecordBytes } from '../table/exact/record-bytes'
import type { ChangeEvent, Tombstone } from '../table/shape/change-event'
import type { SourcePosition } from '../table/shape/source-position'
import type { TableShape } from '../table/shape/table-shape'
import { Table } from '../table/table'
import type { RecordForm } from './records/record-form'

/** A table whose records are brought to the decoder's form before they are decoded. */
export class FormedTable<Key, Row> extends Table<Key, Row> {
  constructor(
    shape: TableShape,
    private readonly form: RecordForm,
  ) {
    super(shape)
  }

  override get needsSchemas(): boolean {
    return this.form.needsSchemas
  }

  override prepare(
    records: readonly RecordBytes[],
    textOf: (id: number) => Promise<string | undefined>,
  ): Promise<void> {
    return this.form.prepare(records, textOf)
  }

  override canonical(record: RecordBytes): RecordBytes {
    return this.form.canonical(record)
  }

  /** As of the table, and FORMAT_DIFFERS for a record in another form than the declared one. */
  override decode(record: RecordBytes): ChangeEvent<Key, Row> | Tombstone<Key> {
    return super.decode(this.form.canonical(record))
  }

  override decodeExactly(record: RecordBytes): ChangeEvent<Key, Row> | Tombstone<Key> {
    return super.decodeExactly(this.form.canonical(record))
  }

  override decodeOtherKey(header: Buffer): Key {
    return super.decodeOtherKey(this.form.canonicalHeader(header))
  }

  override peekPosition(record: RecordBytes): SourcePosition | undefined {
    try {
      return super.peekPosition(this.form.canonical(record))
    } catch {
      return undefined
    }
  }
}
