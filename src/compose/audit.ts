import type { AppConfig } from '../app/app-config'
import type { AuditorOptions } from '../observe/audit/auditor'
import { Auditor } from '../observe/audit/auditor'
import { FactsError } from '../errors'
import { factsTopology } from './topology'

/** Throws FactsError CONFIG_INVALID when the application's format leaves out what changes are counted by. */
export function auditor({
  config,
  ...options
}: Omit<AuditorOptions, 'topology'> & { readonly config: AppConfig }): Auditor {
  const { format } = config.app
  if (format !== undefined && !format.countsChanges) {
    throw new FactsError(
      'CONFIG_INVALID',
      "The changes of transactions cannot be counted in the application's format: the connector needs provide.transaction.metadata=true, a JsonConverter, no ExtractNewRecordState, and topics named prefix.schema.table.",
    )
  }
  return new Auditor({ ...options, topology: factsTopology(config) })
}
