import type { AppConfig } from '../../src/app/app-config'
import { checkSource } from '../../src/cli/doctor/check-source'
import { declaredTables } from '../../src/compose/topology'
import { connectClient } from '../../src/connector/connect-client'
import { connectorFile, readConnectorFile } from '../../src/connector/connector-file'
import type { Finding } from '../../src/dev-stack/machine/finding'

const NAME = 'monolith'

/** What doctor finds of the settings of the registered connector. */
export async function settingsFinding(config: AppConfig): Promise<Finding | undefined> {
  const findings = await checkSource({
    config,
    connector: readConnectorFile(connectorFile(config.app), config),
    declared: declaredTables(config),
    running: () => connectClient(config.connect).config(NAME),
    saysRunning: () => Promise.resolve(false),
  })
  return findings.find(({ name }) => name === `connector ${NAME} settings`)
}

/** As an operator does it with Connect's API. */
export async function changeSettings(
  config: AppConfig,
  changed: Readonly<Record<string, string>>,
): Promise<void> {
  const running = await connectClient(config.connect).config(NAME)
  const response = await fetch(`${config.connect.url}/connectors/${NAME}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...running, ...changed }),
  })
  expect(response.status).toBe(200)
}
