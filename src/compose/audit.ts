import type { AppConfig } from '../app/app-config'
import type { AuditorOptions } from '../observe/audit/auditor'
import { Auditor } from '../observe/audit/auditor'
import { factsTopology } from './topology'

export function auditor({
  config,
  ...options
}: Omit<AuditorOptions, 'topology'> & { readonly config: AppConfig }): Auditor {
  return new Auditor({ ...options, topology: factsTopology(config) })
}
