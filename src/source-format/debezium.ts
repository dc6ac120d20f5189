import { FactsError } from '../errors'
import type { ConnectorSettings } from './settings/connector-settings'
import { formatSettings, type FormatSettings } from './settings/format-settings'

/** How the records of an application's source are written; made by `debezium`. */
export interface SourceFormat {
  readonly kind: 'debezium'
  /** Whether records say of which transaction they are, and Debezium how many it has, in JSON, as `facts audit` needs. */
  readonly countsChanges: boolean
  readonly settings: FormatSettings
}

/**
 * The form of records that a connector with these settings writes, which need not be of this package: the settings of Debezium's
 * PostgreSQL connector with their own names, as in its file or in the application.properties of a Debezium Server. Those that do
 * not shape records are passed over, and for those that are missing Debezium's defaults hold. `key.converter` and
 * `value.converter` have to be there, even if they are set on the worker.
 *
 * Throws FactsError CONFIG_INVALID for settings whose records cannot be read, with what to set instead.
 */
export function debezium(settings: ConnectorSettings): SourceFormat {
  const { settings: read, faults } = formatSettings(settings)
  if (faults.length > 0) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The format is not one that can be read: ${faults.join('; ')}.`,
    )
  }
  const { unwrap, isRouted } = read.transforms
  const isJson = read.value.form !== 'avro'
  const countsChanges = read.hasTransactions && unwrap === undefined && !isRouted && isJson
  return Object.freeze({ kind: 'debezium', countsChanges, settings: read })
}
