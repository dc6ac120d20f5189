import type { Config } from '../config/config'
import type { DeclaredTable } from '../source/declared-table'
import type { ConnectClient } from './connect-client'
import type { Connector } from './connector-file'
import { namesSource, sourceKeys } from './connector-file'
import { sourceSettings } from './source-settings'

export interface RefreshOptions {
  readonly client: Pick<ConnectClient, 'config' | 'put'>
  /** From the connector file. */
  readonly connector: Connector
  readonly config: Pick<Config, 'database'>
  readonly declared: readonly DeclaredTable[]
}

/**
 * Updates the settings of a registered connector that come from its database, and no others. Returns the names of the changed
 * settings; empty also when there is no such connector. Throws the errors of `sourceSettings` and the client.
 */
export async function refreshConnector(options: RefreshOptions): Promise<readonly string[]> {
  const { client, connector, config, declared } = options
  if (!namesSource(connector)) return []
  const present = await client.config(connector.name)
  if (present === undefined) return []
  const wanted = (await sourceSettings(connector, config, declared)).connector.config
  const changed = sourceKeys(connector).filter((key) => present[key] !== wanted[key])
  if (changed.length === 0) return []
  const settings = { ...present }
  for (const key of changed) settings[key] = wanted[key] ?? ''
  await client.put(connector.name, settings)
  return changed
}
