import type { ChangeEvent } from '../../table/shape/change-event'
import type { KeyColumns } from '../value/key-text'

/** Values by column. */
export type Row = Readonly<Record<string, unknown>>

/** A change of one row. */
export type RowChange = Exclude<ChangeEvent<KeyColumns, Row>, { readonly operation: 'truncate' }>
